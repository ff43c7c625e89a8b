/**
 * `migrate --takeover`, and with `--undo` the way back: says what would be done to the release and to the other tool's own
 * object, and with `--yes` does it.
 */
import { randomUUID } from 'node:crypto';
import { createRenderPool } from '../../../daemon/rendering/render-pool.ts';
import { HelmGitopsError } from '../../../foundation/base/errors.ts';
import { openState } from '../../../foundation/state/open-state.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { isOwnershipMark } from '../../../pipeline/plan/ownership.ts';
import type { Plan } from '../../../pipeline/plan/plan.ts';
import { planTakeover, type Takeover, type TakeoverContext, takeOver } from '../../../pipeline/take-over-release.ts';
import { describeTakenOff } from '../../../pipeline/takeover/handover.ts';
import { describeClaim } from '../../../pipeline/takeover/remember-object.ts';
import { nameOf } from '../../../pipeline/takeover/takeover-errors.ts';
import { planUndo, type Undoing, undoTakeover } from '../../../pipeline/undo-takeover.ts';
import { choosePrepared } from '../choose-prepared.ts';
import { cliError } from '../cli-error.ts';
import { openClusters } from '../open-clusters.ts';
import { type GlobalOptions, historiesOf, openStates, tellUnreadable } from '../open-fleet.ts';
import { formatPlan } from '../plan/plan-table.ts';
import type { CommandLine } from '../run-command-line.ts';

export interface TakeOverOptions extends GlobalOptions {
  readonly app: string;
  readonly environment: string | undefined;
  readonly undo: boolean;
  readonly yes: boolean;
}

export async function takeOverCommand(line: CommandLine, options: TakeOverOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { app, environment, undo, yes } = options;
  const { config, prepared } = await choosePrepared(line, { ...options, apps: [app], environment });
  const clusters = await openClusters(line, config, stack);
  const client = clusters.find(prepared.definition.cluster);
  if (client === undefined)
    throw cliError('cli.cluster-left-out', `cluster ${prepared.definition.cluster} does not answer`);
  const { compat, kubeVersion } = config.helm;
  const pool = stack.use(createRenderPool({ compat, kubeVersion, mask: line.mask }));
  const { namespace } = config.state;
  const contextWith = (states: Pick<TakeoverContext, 'states' | 'installation'>): TakeoverContext => ({
    ...{ client, render: pool.render, history: historiesOf(line, config, { client }), ...states },
    ...{ stateNamespace: namespace, now: line.now, emit: () => undefined, signal: line.signal, mask: line.mask },
  });
  // Until it is to be done, nothing is made in the cluster: no state either.
  const readOnly = { ...openStates(line, config, client), change: neverYet, remove: neverYet };
  const looking = contextWith({ states: readOnly, installation: '' });
  const writing = async () => {
    const given = { client, namespace, installation: randomUUID(), signal: line.signal };
    const states = await openState({ ...given, onUnreadable: tellUnreadable(line) });
    return contextWith({ states, installation: states.installation });
  };
  const again = `helm-gitops migrate --takeover ${app}${environment === undefined ? '' : ` -e ${environment}`}`;
  if (undo) {
    const undoing = await planUndo(looking, prepared);
    line.stdout.write(describeUndoing(undoing));
    if (!yes) return notYet(line, `${again} --undo --yes`);
    await undoTakeover(await writing(), undoing);
    line.stdout.write(`given back to ${undoing.foreign.tool}\n`);
    return 0;
  }
  const takeover = await planTakeover(looking, prepared);
  if (takeover.isDone) {
    line.stdout.write(`${definitionId(prepared.definition)} was taken over at ${takeover.handover.since}\n`);
    return 0;
  }
  refuseDifferences(line, takeover);
  line.stdout.write(describeTakeover(takeover));
  if (!yes) return notYet(line, `${again} --yes`);
  const { version } = await takeOver(await writing(), takeover);
  line.stdout.write(
    `taken over: revision ${version} of release ${prepared.definition.releaseName}; ${nameOf(takeover.foreign)} may be deleted now, what runs stays\n`,
  );
  return 0;
}

async function neverYet(): Promise<never> {
  throw new Error('nothing is written yet');
}

function notYet(line: CommandLine, command: string): number {
  line.stdout.write(`nothing is done yet; to do it: ${command}\n`);
  return 0;
}

function refuseDifferences(line: CommandLine, { prepared, plan, changes, foreign }: Takeover): void {
  if (changes.create + changes.update + changes.delete === 0) return;
  const { definition } = prepared;
  line.stdout.write(formatPlan({ definition, plan: withoutMarks(plan), causes: new Map() }));
  const message = `what ${foreign.tool} runs is not what git says: ${changes.changed}`;
  const hint = `let ${foreign.tool} sync it, or change the definition until nothing differs`;
  throw new HelmGitopsError('takeover.differs', 'user', message, { hint });
}

/** Helm's marks are no difference. */
function withoutMarks({ changes, ...plan }: Plan): Plan {
  const shown = changes.map((change) => {
    const fields = change.fields.filter(({ pointer, before, after }) => !isOwnershipMark(pointer, { before, after }));
    const isSame = fields.length === 0 && (change.operation === 'adopt' || change.operation === 'update');
    return isSame ? { ...change, operation: 'unchanged' as const, fields } : { ...change, fields };
  });
  return { ...plan, changes: shown };
}

function describeTakeover({ prepared, foreign, handover, left, base }: Takeover): string {
  const { definition } = prepared;
  const { revision, objects } = handover;
  const rows: [string, string][] = [
    [nameOf(foreign), describeTakenOff(handover, foreign.tool).join(', ')],
    ...objects.map((one): [string, string] => [`${one.kind}/${one.name}`, describeClaim(one)]),
    ...left.map((name): [string, string] => [
      name,
      `kept by ${foreign.tool} and not rendered: it stays, and nobody keeps it`,
    ]),
    [
      `release ${definition.releaseName}`,
      revision === undefined ? `goes on with revision ${base?.record.version}` : `revision ${revision} is written`,
    ],
  ];
  const head = `${definitionId(definition)}: what ${foreign.tool} runs is what git says; no pod is touched`;
  return `${head}\n${table(rows)}`;
}

function describeUndoing({ prepared, foreign, handover, revisions }: Undoing): string {
  const { definition } = prepared;
  const rows: [string, string][] = [
    ...handover.objects.map((one): [string, string] => [`${one.kind}/${one.name}`, 'as it was']),
    [
      `release ${definition.releaseName}`,
      revisions.length === 0 ? 'stays' : `revision ${revisions.join(', ')} of its history goes`,
    ],
    [nameOf(foreign), 'as it was'],
  ];
  return `${definitionId(definition)}: given back to ${foreign.tool}; no pod is touched\n${table(rows)}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, what]) => `  ${name.padEnd(width)}   ${what}\n`).join('');
}
