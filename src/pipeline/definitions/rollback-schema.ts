/** What a definition says of rollbacks. */
import * as z from 'zod';
import { duration } from './duration-schema.ts';
import { name } from './name-schema.ts';

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
  group: name('the name of a group')
    .optional()
    .describe('applications of an environment that go forward and back together, in the order of dependsOn'),
});
