/**
 * Takes a release as it is remembered and what git defines now, returns the definition that it goes by another name in,
 * where that is probable: the same file, or one that says nearly the same, and the same chart. Nobody said so (`formerly`),
 * so a person decides. Reads nothing.
 */
import { similarity } from '../../foundation/document/outline.ts';
import type { ReleaseDefinition } from '../definitions/release-definition.ts';
import type { Leaving } from './removal-reasons.ts';

/** Git takes a file that is half the same for a renamed one. */
const alike = 0.5;

export interface RenameQuestion {
  readonly state: Leaving;
  /** All of the same repository. */
  readonly defined: readonly ReleaseDefinition[];
  readonly chartOf: (definition: ReleaseDefinition) => string;
  /** The file that defined a release of that application in the environment before; undefined where there was none. */
  readonly fileBefore: (app: string, environment: string) => string | undefined;
}

export function findRename({ state, defined, chartOf, fileBefore }: RenameQuestion): ReleaseDefinition | undefined {
  const { definition: before, identity } = state;
  const { outline } = before ?? {};
  if (before === undefined || outline === undefined) return undefined;
  const { app, environment } = identity;
  const likeness = (one: ReleaseDefinition) =>
    one.origin.outline === undefined ? 1 : similarity(outline, one.origin.outline);
  const here = defined.filter((one) => one.environment === environment);
  const still = here.find((one) => one.app === app);
  // Where the application stands elsewhere as it stood here, its file was moved and another is in its place.
  const floor = still && chartOf(still) === before.chart ? Math.max(alike, likeness(still) + 0.01) : alike;
  // What stood beside it all the time is not what it became.
  const isNew = (one: ReleaseDefinition) => {
    const file = fileBefore(one.app, environment);
    return still === undefined ? file === undefined : file !== before.file;
  };
  const others = here.filter(
    (one) =>
      one.app !== app &&
      !one.formerly?.includes(app) &&
      chartOf(one) === before.chart &&
      likeness(one) >= floor &&
      isNew(one) &&
      (one.origin.place.file === before.file || still === undefined),
  );
  const inFile = others.filter(({ origin }) => origin.place.file === before.file);
  const candidates = still === undefined && inFile.length === 0 ? others : inFile;
  return candidates.toSorted((left, right) => likeness(right) - likeness(left))[0];
}
