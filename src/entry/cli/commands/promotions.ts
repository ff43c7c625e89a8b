/** `promotions`: which environments lack the version of those before them, and what each waits for. It writes nothing. */
import type { Config } from '../../../config/config.ts';
import { asHelmGitopsError } from '../../../foundation/base/errors.ts';
import { formatProblem } from '../../../foundation/base/problem.ts';
import { freezeAt, readFreezes } from '../../../foundation/state/read-freezes.ts';
import type { PromotionState } from '../../../foundation/state/release-state.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../../pipeline/definitions/release-definition.ts';
import {
  type PromotionPlanInput,
  type PromotionStep,
  planPromotion,
  promotionSources,
} from '../../../pipeline/plan-promotion.ts';
import { checkLabel, closedGates } from '../../../pipeline/promote/gates.ts';
import { rememberedGate } from '../../../pipeline/promote/remember-gates.ts';
import { allProblems } from '../../../pipeline/sync-revision.ts';
import { objectsIn } from '../choose-prepared.ts';
import { type FleetClusters, openClusters } from '../open-clusters.ts';
import { imagesOfFound, openStates, readConfig, readFleet, readStates } from '../open-fleet.ts';
import { formatListing, type Listing } from '../output.ts';
import type { CommandLine } from '../run-command-line.ts';
import { select } from '../select.ts';
import type { StatusOptions } from './status.ts';

interface PromotionRow {
  readonly app: string;
  readonly from: string;
  readonly to: string;
  readonly id: string;
  readonly state: 'waiting' | 'ready' | 'proposed' | 'refused';
  readonly changes: readonly string[];
  readonly message: string;
  /** Of the pull request. */
  readonly url?: string;
  readonly gates: readonly ShownGate[];
}

interface ShownGate {
  readonly name: string;
  readonly open: boolean;
  readonly message: string;
  /** As the daemon knows it: since when it is open, or closed. */
  readonly since?: string;
}

/** `gates`: of a table each gate a line. */
export async function promotions(
  line: CommandLine,
  options: StatusOptions & { readonly gates?: boolean },
): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const config = await readConfig(line, options);
  const clusters = await openClusters(line, config, stack);
  const fleet = await readFleet(line, config, { objectsOf: objectsIn(clusters, line) });
  for (const problem of fleet.flatMap(allProblems)) line.stderr.write(`error: ${formatProblem(problem)}\n`);
  const found = new Map(
    (await readStates(line, config, clusters)).map((one) => [definitionId(one.state.identity), one]),
  );
  const prepared = fleet.flatMap(({ releases }) => releases);
  const all = new Map(prepared.map((one) => [definitionId(one.definition), one]));
  const stateOf = async ({ definition }: PreparedRelease) => found.get(definitionId(definition))?.state;
  const imagesOf = async ({ definition }: PreparedRelease, version: number | undefined) =>
    imagesOfFound(line, found.get(definitionId(definition)), version);
  const freezes = await freezesOf(line, config, clusters);
  const freezeOf = ({ cluster, environment }: ReleaseDefinition) =>
    freezeAt(freezes.get(cluster) ?? new Map(), environment, line.now().getTime());
  const { compat } = config.helm;
  const rows: PromotionRow[] = [];
  for (const { releases, defined } of fleet) {
    for (const target of select(releases, options, ({ definition }) => definition)) {
      const sources = promotionSources(target, { all, defined });
      if (sources === undefined) continue;
      const known = found.get(definitionId(target.definition))?.state.promotion?.gates;
      const before = { measure: measuredBefore(known), driftOf: driftedBefore(known) };
      const asking = { stateOf, imagesOf, freezeOf, ...before, now: line.now };
      const step = await planPromotion({ target, sources, all, defined, compat, ...asking });
      if (step.step !== 'none') rows.push(rowOf(target, step));
    }
  }
  const empty = 'nothing waits to be promoted';
  if (options.gates && options.output === 'table')
    line.stdout.write(formatListing('table', { rows: rows.flatMap(gateRows), columns: gateColumns, empty }));
  else line.stdout.write(formatListing(options.output, { rows, columns, empty }));
  return clusters.isPartial || fleet.some((one) => allProblems(one).length > 0) ? 1 : 0;
}

const columns: Listing<PromotionRow>['columns'] = [
  ['app', (row) => row.app],
  ['from', (row) => row.from],
  ['to', (row) => row.to],
  ['id', (row) => row.id],
  ['state', (row) => row.state],
  ['change', (row) => row.changes.join('; ')],
  ['message', (row) => row.message],
];

type GateRow = Pick<PromotionRow, 'app' | 'to' | 'id'> & ShownGate;

/** What cannot move at all waits for no gate. */
const gateRows = ({ app, to, id, gates, state, message }: PromotionRow): GateRow[] =>
  state === 'refused'
    ? [{ app, to, id, name: 'refused', open: false, message }]
    : gates.map((gate) => ({ app, to, id, ...gate }));

const gateColumns: Listing<GateRow>['columns'] = [
  ['app', (row) => row.app],
  ['to', (row) => row.to],
  ['id', (row) => row.id],
  ['gate', (row) => row.name],
  ['state', (row) => (row.open ? 'open' : 'closed')],
  ['since', (row) => row.since],
  ['message', (row) => row.message],
];

/** What a check asks is often reached by the daemon alone. */
function measuredBefore(known: PromotionState['gates']): PromotionPlanInput['measure'] {
  return (source, { name }, id) => {
    const of = checkLabel(name, definitionId(source.definition));
    const gate = known?.id === id ? rememberedGate(known.gates, { name: 'check', of }) : undefined;
    if (gate?.measured === undefined) return { name, ok: undefined, message: 'the daemon has not measured it yet' };
    return { name, ok: gate.open, message: gate.measured };
  };
}

/** That another hand has made a revision the daemon alone knows: no state tells it. */
function driftedBefore(known: PromotionState['gates']): PromotionPlanInput['driftOf'] {
  return ({ definition }, state, id) => {
    const { drift = [] } = state ?? {};
    const of = definitionId(definition);
    const gate = known?.id === id ? rememberedGate(known.gates, { name: 'drift', of }) : undefined;
    if (gate === undefined || gate.open || drift.length > 0) return drift;
    return [{ object: `Release/${definition.releaseName}`, kind: 'release', severity: 'workload' }];
  };
}

/** By cluster. */
async function freezesOf(line: CommandLine, config: Config, clusters: FleetClusters) {
  const asked = clusters.clients.map(async (client) => {
    const found = await clusters.ask(client, () => readFreezes(openStates(line, config, client)));
    return [client.name, found ?? new Map()] as const;
  });
  return new Map(await Promise.all(asked));
}

function rowOf({ definition }: PreparedRelease, step: Exclude<PromotionStep, { step: 'none' }>): PromotionRow {
  const { app, environment: to, promote } = definition;
  const base = { app, from: promote?.from.join(', ') ?? '', to };
  if (step.step === 'refused') {
    const { message } = asHelmGitopsError(step.error);
    return { ...base, id: '', state: 'refused', changes: [], message, gates: [] };
  }
  const { id, promotion, gates, state: known } = step;
  const proposed = known?.proposed?.id === id ? known.proposed : undefined;
  const state = proposed && !proposed.closed ? 'proposed' : step.step;
  const closed = closedGates(gates).map(({ message }) => message);
  const where = proposed && (proposed.request?.url ?? `on branch ${proposed.branch}`);
  const message = [...(state === 'proposed' && where ? [where] : []), ...closed].join('; ');
  const url = proposed?.request === undefined ? {} : { url: proposed.request.url };
  const remembered = known?.gates?.id === id ? known.gates.gates : [];
  const shown = gates.map((gate): ShownGate => {
    const { name, open, message: text } = gate;
    const before = rememberedGate(remembered, gate);
    return { name, open, message: text, ...(before?.open === open ? { since: before.since } : {}) };
  });
  return { ...base, id, state, changes: promotion.changes, message, ...url, gates: shown };
}
