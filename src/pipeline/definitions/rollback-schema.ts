/** What a definition says of rollbacks. */
import * as z from 'zod';
import { duration } from './duration-schema.ts';
import { name } from './name-schema.ts';

const token = z
  .strictObject({ name: z.string().min(1), key: z.string().min(1) })
  .describe("a Secret in the release's namespace: shown as a bearer token");

const shortestInterval = 100;

export const healthCheck = z
  .strictObject({
    name: name('the name of a check'),
    http: z
      .strictObject({ url: z.string().min(1), token: token.optional() })
      .optional()
      .describe('2xx is good'),
    prometheus: z
      .strictObject({ address: z.string().min(1), query: z.string().min(1), token: token.optional() })
      .optional()
      .describe('a query in PromQL; every sample has to lie within thresholdRange'),
    thresholdRange: z.strictObject({ min: z.number().optional(), max: z.number().optional() }).optional(),
    interval: duration
      .refine((milliseconds) => milliseconds >= shortestInterval, 'an interval is 100ms or longer')
      .optional()
      .meta({ default: '10s' }),
    timeout: duration.optional().meta({ default: '5s' }),
    failureLimit: z.int().min(1).optional().meta({ default: 3 }).describe('so many bad measurements in a row'),
  })
  .refine(({ http, prometheus }) => (http === undefined) !== (prometheus === undefined), {
    error: 'expected one of http and prometheus',
  })
  .refine(({ http, thresholdRange: range }) => http !== undefined || (range?.min ?? range?.max) !== undefined, {
    error: 'expected thresholdRange with min, max, or both',
  })
  .refine(({ http, thresholdRange }) => http === undefined || thresholdRange === undefined, {
    error: 'thresholdRange is for prometheus: of http any 2xx is good',
  });

export type WrittenCheck = z.output<typeof healthCheck>;

export const rollback = z.strictObject({
  on: z
    .array(z.enum(['failure', 'unhealthy']))
    .optional()
    .meta({ default: ['failure', 'unhealthy'] }),
  soak: duration.optional().meta({ default: '2m' }),
  revert: z.enum(['none', 'commit', 'pullRequest']).optional().meta({ default: 'none' }),
  firstInstall: z.enum(['leave', 'uninstall']).optional().meta({ default: 'leave' }),
  afterHooks: z.enum(['rollback', 'hold']).optional().meta({ default: 'rollback' }),
  retryAfter: z
    .union([z.literal('off'), duration])
    .optional()
    .meta({ default: 'off' }),
  checks: z.array(healthCheck).optional().describe('what has to be good during soak'),
  group: name('the name of a group')
    .optional()
    .describe('applications of an environment that go forward and back together, in the order of dependsOn'),
});
