/** What moves from environment to environment, and when. */
import * as z from 'zod';
import { duration } from './duration-schema.ts';

/** People open it by name: they approve of the pull request by a review. */
const reviewGate = z.strictObject({
  approval: z.strictObject({
    by: z.array(z.string().min(1)).min(1).describe("people, by the forge's names: they review the pull request"),
    count: z.int().min(1).optional().meta({ default: 1 }).describe('so many of them'),
  }),
});

export type ReviewGate = z.output<typeof reviewGate>;

export const promotion = z.strictObject({
  keys: z.array(z.string()).optional().describe('values keys that move; `*`, `**`; `chart.version`, `revision`'),
  files: z
    .array(z.string().min(1))
    .optional()
    .describe('files that move whole: templates of their paths, `dashboards/{{environment}}.json`'),
  haltOnFailure: z.boolean().optional().meta({ default: false }).describe('a rollback later in the chain holds it up'),
  pin: z
    .enum(['none', 'digest'])
    .optional()
    .meta({ default: 'none' })
    .describe('`digest`: tags of images are written with the digest that ran'),
  after: duration.optional().meta({ default: '0s' }).describe('the source has been healthy for so long'),
  gates: z
    .array(z.union([z.enum(['approval', 'tests']), reviewGate]))
    .optional()
    .describe('what has to be beside that: people approve, the tests of the chart have passed'),
});

/** Durations in milliseconds. */
export interface PromotionSettings {
  /** Patterns of the values keys that move; `chart.version` and `revision` are the definition's. */
  readonly keys: readonly string[];
  /** Templates of the paths of files that move whole. */
  readonly files: readonly string[];
  /** The source has been healthy for so long. */
  readonly after: number;
  /** `digest`: tags of images move with the digest that ran. */
  readonly pin: 'none' | 'digest';
  readonly haltOnFailure: boolean;
  readonly gates: readonly ('approval' | 'tests' | ReviewGate)[];
}
