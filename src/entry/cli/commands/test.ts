/** `test`: runs the test hooks of a deployed release from here, whether a daemon runs or not, and says what `helm test` says. */
import { parseDuration } from '../../../foundation/base/duration.ts';
import type { ClusterClient } from '../../../foundation/cluster/cluster-client.ts';
import type { ReleaseRecord } from '../../../foundation/history/release-record.ts';
import { parseManifest } from '../../../foundation/manifest/parse-manifest.ts';
import { clientFor } from '../../../pipeline/act-for.ts';
import { containerOutputs } from '../../../pipeline/observe/read-output.ts';
import { isChosen, type TestFilter, testRelease } from '../../../pipeline/test-release.ts';
import { cliError, notInEnvironment } from '../cli-error.ts';
import { formatError } from '../format-error.ts';
import { chooseReleases, type FoundRelease, type GlobalOptions } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { Selection } from '../select.ts';
import { ansicTime } from './ansic-time.ts';

export interface TestOptions extends GlobalOptions, Selection {
  readonly logs: boolean;
  /** `name=x` or `!name=x`, several by comma. */
  readonly filter: readonly string[];
  readonly timeout: string;
}

export async function test(line: CommandLine, options: TestOptions): Promise<number> {
  const timeout = parseDuration(options.timeout);
  if (timeout === undefined)
    throw cliError('cli.flag', `--timeout: "${options.timeout}" is no duration`, { hint: 'write 30s, 5m or 1h30m' });
  const filter = parseFilter(options.filter);
  await using stack = new AsyncDisposableStack();
  const { found, environments } = await chooseReleases(line, options, stack);
  if (found.length === 0) throw notInEnvironment(options, environments);
  let failed = false;
  for (const release of found)
    failed = !(await testOne(line, release, { filter, timeout, logs: options.logs })) || failed;
  return failed ? 1 : 0;
}

interface OneTest {
  readonly filter: TestFilter;
  readonly timeout: number;
  readonly logs: boolean;
}

async function testOne(
  line: CommandLine,
  { client: own, state, historyAs }: FoundRelease,
  { filter, timeout, logs }: OneTest,
): Promise<boolean> {
  const { app, environment, namespace, release, serviceAccount } = state.identity;
  const { now, signal } = line;
  const client = clientFor(own, serviceAccount);
  const history = historyAs(client);
  const failure = await testRelease(
    { client, emit: () => undefined, now, signal },
    {
      history,
      fields: { op: 'cli', app, environment, cluster: client.name, namespace, release },
      timeout,
      filter,
      onEnded: async (record) => {
        line.stdout.write(formatRecord(record));
        if (logs) line.stdout.write(`\n${await testLogs(client, { record, filter, signal })}`);
      },
    },
  );
  if (failure === undefined) return true;
  line.stderr.write(formatError(failure.error));
  const { logs: lastLines } = failure.problem;
  if (lastLines && !logs) line.stderr.write(`last log lines:\n${lastLines}\n`);
  return false;
}

function parseFilter(texts: readonly string[]): TestFilter {
  const [only, except]: [string[], string[]] = [[], []];
  for (const text of texts.flatMap((one) => one.split(','))) {
    const [, not, name] = /^(!)?\s?name=(.+)$/.exec(text) ?? [];
    if (name === undefined)
      throw cliError('cli.flag', `--filter: "${text}" is not understood`, { hint: 'write name=TEST or !name=TEST' });
    (not === undefined ? only : except).push(name);
  }
  return { only, except };
}

/** As `helm test` and `helm status` print it. */
function formatRecord({ name, namespace, version, info, hooks }: ReleaseRecord): string {
  const lines = [
    `NAME: ${name}`,
    ...(info.last_deployed === '' ? [] : [`LAST DEPLOYED: ${ansicTime(info.last_deployed)}`]),
    `NAMESPACE: ${namespace}`,
    `STATUS: ${info.status}`,
    `REVISION: ${version}`,
    `DESCRIPTION: ${info.description}`,
  ];
  const tests = hooks.filter(({ events }) => events.includes('test'));
  if (tests.length === 0) lines.push('TEST SUITE: None');
  for (const { name: suite, last_run } of tests) {
    if (last_run?.started_at === undefined || last_run.started_at === '') continue;
    lines.push(
      `TEST SUITE:     ${suite}`,
      `Last Started:   ${ansicTime(last_run.started_at)}`,
      `Last Completed: ${ansicTime(last_run.completed_at ?? '')}`,
      `Phase:          ${last_run.phase}`,
    );
  }
  return lines.map((text) => `${text}\n`).join('');
}

async function testLogs(
  client: ClusterClient,
  { record, filter, signal }: { record: ReleaseRecord; filter: TestFilter; signal: AbortSignal },
): Promise<string> {
  let text = '';
  for (const { manifest } of record.hooks.filter((hook) => isChosen(hook, filter))) {
    for (const { apiVersion, kind, metadata } of parseManifest(manifest)) {
      if (kind !== 'Pod' && kind !== 'Job') continue;
      const { name = '', namespace = record.namespace } = metadata;
      const live = await client.get({ apiVersion, kind, namespace, name }, { signal });
      for (const output of live === undefined ? [] : await containerOutputs(client, live, { signal }))
        text += `POD LOGS: ${output.pod} (${output.container})\n${output.text ?? '(cannot be read)\n'}\n`;
    }
  }
  return text;
}
