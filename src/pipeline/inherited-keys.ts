/**
 * Takes the releases of a repository; returns what is to be promoted and is set for several environments of a chain by one line:
 * who changes that line changes all of them at once, past every gate. It reads and writes nothing.
 */
import { formatPlace, type Place } from '../foundation/base/errors.ts';
import type { Problem } from '../foundation/base/problem.ts';
import type { PreparedRelease } from './context.ts';
import { matchKeys } from './values/match-keys.ts';
import { formatValuePath, locateValue } from './values/provenance.ts';

interface Inherited {
  readonly app: string;
  readonly key: string;
  readonly place: Place;
  readonly environments: Set<string>;
}

export function inheritedKeys(releases: readonly PreparedRelease[]): Problem[] {
  const found = new Map<string, Inherited>();
  for (const ofApp of Map.groupBy(releases, ({ definition }) => definition.app).values()) {
    const own = new Map(ofApp.map((one) => [one.definition.environment, one]));
    for (const target of ofApp) noteInherited(found, target, before(target, own));
  }
  return [...found.values()].map(({ app, key, place, environments }) => {
    const [last, ...others] = [...environments].reverse();
    const message = `${app}: ${others.reverse().join(', ')} and ${last} have ${key} from here, and it is promoted between them`;
    const hint = 'a change there reaches them at once, past every gate: set it in a file of each environment';
    return { code: 'promote.inherited', message, place, hint };
  });
}

/** All that its version comes through, the first of the chain first. */
function before(target: PreparedRelease, own: ReadonlyMap<string, PreparedRelease>): PreparedRelease[] {
  const reached = new Set([target]);
  for (const one of reached)
    for (const from of one.definition.promote?.from ?? []) {
      const source = own.get(from);
      if (source !== undefined) reached.add(source);
    }
  return [...reached].slice(1).reverse();
}

function noteInherited(
  found: Map<string, Inherited>,
  target: PreparedRelease,
  sources: readonly PreparedRelease[],
): void {
  const { app, environment, settings } = target.definition;
  for (const source of sources) {
    for (const path of matchKeys(source.values, settings.promotion.keys).paths) {
      const [here, there] = [target, source].map(({ layers }) => locateValue(layers, path));
      if (here === undefined || there === undefined || formatPlace(here) !== formatPlace(there)) continue;
      const key = formatValuePath(path);
      const id = JSON.stringify([app, key, formatPlace(here)]);
      const one = found.get(id) ?? { app, key, place: here, environments: new Set() };
      found.set(id, one);
      one.environments.add(source.definition.environment).add(environment);
    }
  }
}
