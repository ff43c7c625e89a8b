/** `plans`: what deploys would do that wait for a person to approve them. It reads the daemon's state and nothing else. */
import type { FrozenObject, WaitingPlan } from '../../../foundation/state/frozen-plan.ts';
import { chooseReleases } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import { signs } from '../plan/planned-release.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { StatusOptions } from './status.ts';

interface PlanRow extends WaitingPlan {
  readonly app: string;
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly release: string;
}

export async function plans(line: CommandLine, options: StatusOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { clusters, found } = await chooseReleases(line, options, stack);
  const rows = found.flatMap(({ client, state }): PlanRow[] => {
    const { app, environment, namespace, release } = state.identity;
    return state.plan ? [{ app, environment, cluster: client.name, namespace, release, ...state.plan }] : [];
  });
  const text = rows.length === 0 ? 'no plan waits\n' : rows.map(formatRow).join('\n');
  const isTable = options.output === 'table';
  line.stdout.write(isTable ? text : formatListing(options.output, { rows, columns: [], empty: '' }));
  return clusters.isPartial ? 1 : 0;
}

function formatRow({ app, environment, ...waiting }: PlanRow): string {
  const { plan, approved } = waiting;
  const { id, revision, author, subject, chart, changed, objects, more, hooks } = plan;
  const said = [revision, subject, author && `by ${author}`].filter((part) => part !== undefined && part !== '');
  return [
    `${app}/${environment}: ${describeWaiting(waiting)}`,
    `  of ${said.join(' ')}, chart ${chart}`,
    ...changed.map((text) => `  by ${text}`),
    ...objects.flatMap(objectLines),
    ...(more === undefined ? [] : [`  and ${more} more objects`]),
    ...hooks.map((hook) => `  hook ${hook}`),
    ...(approved ? [] : [`  helm-gitops approve ${id}`]),
    '',
  ].join('\n');
}

/** In one sentence, as `status` has it. */
export function describeWaiting({ plan: { id }, since, approved, rejected }: WaitingPlan): string {
  if (approved) return `${id} approved by ${approved.by} at ${approved.at}`;
  return rejected
    ? `${id} rejected by ${rejected.by} at ${rejected.at}: ${rejected.reason}`
    : `${id} waits for approval since ${since}`;
}

function objectLines({ object, operation, reason, restarts, fields, more }: FrozenObject): string[] {
  const why = [reason, restarts ? 'restarts its pods' : undefined].filter((text) => text !== undefined);
  const sign = Object.hasOwn(signs, operation) ? signs[operation as keyof typeof signs] : ' ';
  return [
    `  ${sign} ${operation} ${object}${why.length === 0 ? '' : ` (${why.join('; ')})`}`,
    ...fields.map(({ field, before, after }) => `      ${field}: ${before} → ${after}`),
    ...(more === undefined ? [] : [`      and ${more} more fields`]),
  ];
}
