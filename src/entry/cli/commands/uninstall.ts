/** `uninstall`: asks the daemon to take a release away, with the flags of `helm uninstall`; `--dry-run` says what would go. */
import { parseDuration } from '../../../foundation/base/duration.ts';
import { dueHooks } from '../../../foundation/history/due-hooks.ts';
import { newestRevision } from '../../../foundation/history/newest-revision.ts';
import type { ReleaseRecord } from '../../../foundation/history/release-record.ts';
import { unfinishedBefore } from '../../../foundation/history/unfinished-revisions.ts';
import { objectKey, objectLabel } from '../../../foundation/manifest/object.ts';
import { chooseRemovals } from '../../../pipeline/apply/choose-removals.ts';
import { cliError, notInEnvironment } from '../cli-error.ts';
import { chooseReleases, type FoundRelease, type GlobalOptions, readConfig, readFleet } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { Selection } from '../select.ts';
import { request } from './request.ts';

export interface UninstallOptions extends GlobalOptions, Selection {
  readonly keepHistory: boolean;
  readonly cascade: string;
  readonly wait: boolean;
  readonly hooks: boolean;
  readonly timeout: string;
  readonly dryRun: boolean;
  readonly reason?: string;
}

const cascades = ['background', 'foreground', 'orphan'];

export async function uninstall(line: CommandLine, options: UninstallOptions): Promise<number> {
  const { keepHistory, cascade, wait, hooks, timeout, dryRun, reason, ...chosen } = options;
  const patience = parseDuration(timeout);
  if (patience === undefined)
    throw cliError('cli.flag', `--timeout: "${timeout}" is no duration`, { hint: 'write 30s, 5m or 1h30m' });
  if (!cascades.includes(cascade))
    throw cliError('cli.flag', `--cascade: "${cascade}" is not understood`, { hint: `it is ${cascades.join(', ')}` });
  if (dryRun) return await showRemovals(line, options);
  const given = { keepHistory, cascade, wait, hooks, timeout, ...(reason ? { reason } : {}) };
  // Each hook, and the wait for what was deleted, may take so long.
  return await request(line, { ...chosen, verb: 'uninstall', all: false, arguments: given, patience: patience * 3 });
}

/** Needs reading rights alone, and no daemon. */
async function showRemovals(line: CommandLine, options: UninstallOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { found, environments } = await chooseReleases(line, options, stack);
  if (found.length === 0) throw notInEnvironment(options, environments);
  const everything = await prunesAll(line, options);
  for (const one of found) line.stdout.write(await describeRemovals(line, one, { ...options, everything }));
  return 0;
}

async function prunesAll(line: CommandLine, options: UninstallOptions): Promise<boolean> {
  const fleet = await readFleet(line, await readConfig(line, options));
  const definitions = fleet.flatMap(({ defined }) => defined);
  return definitions.some(
    ({ app, environment, settings }) =>
      options.apps.includes(app) && environment === options.environment && settings.sync.prune === 'all',
  );
}

async function describeRemovals(
  line: CommandLine,
  { client, state, history }: FoundRelease,
  { keepHistory, hooks, everything }: UninstallOptions & { everything: boolean },
): Promise<string> {
  const { namespace, release: name } = state.identity;
  const stored = await newestRevision(history);
  if (!stored) throw cliError('cli.nothing-chosen', `release ${name} is not installed`);
  const { record } = stored;
  const gone = record.info.status === 'uninstalled';
  const revisions = gone ? [] : [...(await unfinishedBefore(history, stored)), stored];
  const release = { name, namespace };
  const { deleted, kept } = await chooseRemovals({
    ...{ client, release, everything, signal: line.signal },
    manifests: revisions.map((revision) => revision.record.manifest),
  });
  const lines = [
    ...(hooks && !gone ? hookLines(record, 'pre-delete') : []),
    ...deleted.map((object) => `delete ${objectLabel(objectKey(object))}`),
    ...kept.map(({ object, reason }) => `keep   ${object}   ${reason}`),
    ...(hooks && !gone ? hookLines(record, 'post-delete') : []),
    `release "${name}" would be uninstalled; its history ${keepHistory ? 'stays' : 'goes'}`,
  ];
  return lines.map((text) => `${text}\n`).join('');
}

function hookLines({ hooks }: ReleaseRecord, event: string): string[] {
  const due = dueHooks(hooks, event).flatMap((index) => hooks[index] ?? []);
  return due.map(({ kind, name }) => `run    ${kind}/${name}   ${event} hook`);
}
