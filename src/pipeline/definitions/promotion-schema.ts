/** What moves from environment to environment, and when. */
import * as z from 'zod';
import { duration } from './duration-schema.ts';

/** One person, however they say it. */
const person = z
  .strictObject({
    forge: z.string().min(1).optional().describe("by the forge's name: by a review of the pull request"),
    user: z.string().min(1).optional().describe("by the name that Kubernetes knows: by the daemon's API"),
  })
  .refine(({ forge, user }) => forge !== undefined || user !== undefined, 'expected forge, user or both');

/** People open it by name: by a review of the pull request, or by the API. */
const peopleGate = z.strictObject({
  approval: z.strictObject({
    by: z
      .array(z.union([z.string().min(1), person]))
      .min(1)
      .describe("people; a text is the forge's name: by a review of the pull request"),
    count: z.int().min(1).optional().meta({ default: 1 }).describe('so many of them'),
  }),
});

/** Who may open a gate, by either name. */
export type NamedPerson = z.output<typeof person>;

export interface PeopleGate {
  readonly people: readonly NamedPerson[];
  /** So many of them. */
  readonly count: number;
}

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
    .array(z.union([z.enum(['approval', 'tests']), peopleGate]))
    .optional()
    .describe('what has to be beside that: people approve, the tests of the chart have passed'),
});

type WrittenGates = NonNullable<z.output<typeof promotion>['gates']>;

export const gatesOf = (written: WrittenGates): PromotionSettings['gates'] =>
  written.map((gate) => {
    if (typeof gate === 'string') return gate;
    const { by, count = 1 } = gate.approval;
    return { people: by.map((one) => (typeof one === 'string' ? { forge: one } : one)), count };
  });

/** Of everybody whom a gate names. */
export const peopleIn = (gates: PromotionSettings['gates']): NamedPerson[] =>
  gates.flatMap((gate) => (typeof gate === 'object' ? gate.people : []));

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
  readonly gates: readonly ('approval' | 'tests' | PeopleGate)[];
}
