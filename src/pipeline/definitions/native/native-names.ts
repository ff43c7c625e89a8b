/**
 * Takes releases of another tool, returns names that ours may have: applications in lower case, without dots and no longer
 * than a release's name may be, and environments, one for each cluster and each way in which namespaces are made. Pure.
 */
import type { ReleaseDefinition } from '../release-definition.ts';
import type { PrintInput } from './print-definitions.ts';

export interface EnvironmentSpec {
  /** Undefined: the only one. */
  readonly cluster: string | undefined;
  readonly createNamespace: ReleaseDefinition['createNamespace'];
}

export interface NativeNames {
  readonly application: (app: string) => string;
  readonly environment: (definition: ReleaseDefinition) => string;
  /** Undefined: the application is not among them. */
  readonly environmentOf: (app: string) => string | undefined;
  /** Those that need a document; without any an application names none. */
  readonly environments: ReadonlyMap<string, EnvironmentSpec>;
}

export function nativeNames({ releases, clusters, hasEnvironments }: Omit<PrintInput, 'inlineText'>): NativeNames {
  const applications = new Map<string, string>();
  for (const { definition } of releases)
    applications.set(definition.app, free(plain(definition.app), [...applications.values()]));
  const environments = new Map<string, EnvironmentSpec>();
  const byKey = new Map<string, string>();
  for (const { definition } of releases) {
    const spec = {
      cluster: clusters > 1 ? definition.cluster : undefined,
      createNamespace: definition.createNamespace,
    };
    const key = keyOf(definition);
    if (byKey.has(key)) continue;
    const name = free(spec.cluster ?? 'default', [...environments.keys()]);
    byKey.set(key, name);
    environments.set(name, spec);
  }
  const [[only, spec] = []] = environments;
  const isBuiltIn = environments.size === 1 && only === 'default' && !hasEnvironments && isBare(spec?.createNamespace);
  return {
    application: (app) => applications.get(app) ?? plain(app),
    environment: (definition) => byKey.get(keyOf(definition)) ?? 'default',
    environmentOf: (app) => {
      const found = releases.find(({ definition }) => definition.app === app);
      return found && byKey.get(keyOf(found.definition));
    },
    environments: isBuiltIn ? new Map() : environments,
  };
}

const keyOf = ({ cluster, createNamespace }: ReleaseDefinition) => JSON.stringify([cluster, createNamespace]);

const isBare = (created: ReleaseDefinition['createNamespace'] | undefined) =>
  created !== undefined && created !== false && Object.values(created).every((map) => Object.keys(map).length === 0);

/** At most 53 characters. */
const longest = 53;

const plain = (name: string) => cut(name.toLowerCase().replace(/[^a-z0-9-]+/g, '-'), longest) || 'application';
const cut = (name: string, length: number) => name.slice(0, length).replace(/^-+|-+$/g, '');

function free(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? '' : `-${number}`;
    const one = cut(name, longest - end.length) + end;
    if (!taken.includes(one)) return one;
  }
}
