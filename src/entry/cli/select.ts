/** Which of all things a command names: by application and environment, and what to say where nothing fits. */
import { cliError } from './cli-error.ts';

export interface Selection {
  readonly apps: readonly string[];
  readonly environment: string | undefined;
  /** Clusters that could not be asked. */
  readonly leftOut?: ReadonlySet<string>;
}

/** Nothing named: everything. A name that fits nothing is an error, for it is a typing mistake. */
export function select<Item>(
  items: readonly Item[],
  { apps, environment, leftOut }: Selection,
  identity: (item: Item) => { app: string; environment: string },
): Item[] {
  const known = new Set(items.map((item) => identity(item).app));
  for (const app of apps) {
    if (!known.has(app)) {
      refuseLeftOut(`application "${app}"`, { leftOut });
      throw cliError('cli.unknown-application', `there is no application "${app}"`, {
        hint: known.size > 0 ? `there is ${[...known].sort().join(', ')}` : 'nothing is deployed yet',
      });
    }
  }
  return items.filter((item) => isChosen(identity(item), { apps, environment }));
}

export function isChosen(
  { app, environment }: { readonly app: string; readonly environment: string },
  { apps, environment: wanted }: Selection,
): boolean {
  return (apps.length === 0 || apps.includes(app)) && (wanted === undefined || wanted === environment);
}

/** That something does not exist can only be said when every cluster was asked. */
export function refuseLeftOut(what: string, { leftOut }: Pick<Selection, 'leftOut'>): void {
  if (leftOut === undefined || leftOut.size === 0) return;
  const where = `cluster ${[...leftOut].join(' and ')}`;
  throw cliError('cli.cluster-left-out', `${what} is not known without ${where}`, {
    hint: 'ask again when it can be reached',
  });
}
