/** What is planned for one release, as every format prints it: rows of plain data, what must be looked at first apart. */
import { objectLabel } from '../../../foundation/manifest/object.ts';
import type { FrozenPlan } from '../../../foundation/state/frozen-plan.ts';
import { definitionId, type ReleaseDefinition } from '../../../pipeline/definitions/release-definition.ts';
import { type Causes, causesOf } from '../../../pipeline/explain-plan.ts';
import type { Waiting } from '../../../pipeline/foretell-waiting.ts';
import { type Change, isEmptyPlan, type Operation, type Plan, restartsPods } from '../../../pipeline/plan/plan.ts';
import type { PlannedAround } from '../../../pipeline/plan/planned-hooks.ts';

export interface PlannedRelease {
  readonly definition: ReleaseDefinition;
  readonly plan: Plan;
  /** Undefined: no revision is made. */
  readonly around?: PlannedAround | undefined;
  readonly causes: Causes;
  /** It is no longer defined: what becomes of it. */
  readonly removal?: 'uninstall' | 'keep' | 'confirm' | undefined;
  /** What a person will be asked before. */
  readonly waits?: Waiting | undefined;
  /** `CLUSTER/NAMESPACE/RELEASE`: where it lives on. */
  readonly movesTo?: string | undefined;
  /** `values/shop/prod.yaml:4 image.tag v1→v2`: what the revision changes of its values. */
  readonly values?: readonly string[] | undefined;
  /** `chart web 0.1.0→0.2.0`, `revision 1b2c3d4→3f2a1c9`: what else it is made of now. */
  readonly sources?: readonly string[] | undefined;
  /** As it is saved. */
  readonly frozen?: FrozenPlan | undefined;
}

export interface PlanRow {
  readonly app: string;
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly release: string;
  readonly removal?: PlannedRelease['removal'];
  readonly movesTo?: string;
  readonly waits?: Waiting;
  readonly sources?: readonly string[];
  readonly values?: readonly string[];
  /** Of `crds/`: they come before all else. */
  readonly crds?: readonly ChangeRow[];
  readonly changes: readonly ChangeRow[];
  /** In the order in which they run, those before the objects first. */
  readonly hooks?: readonly HookRow[];
  /** Workloads whose pods are replaced. */
  readonly restarts?: readonly string[];
}

export interface ChangeRow {
  readonly object: string;
  readonly namespace: string;
  readonly operation: Operation;
  readonly reason: string | undefined;
  readonly causes?: readonly string[];
  readonly fields: readonly FieldRow[];
}

export interface HookRow {
  readonly object: string;
  /** `pre-upgrade` */
  readonly event: string;
  readonly fields: readonly FieldRow[];
}

export interface FieldRow {
  readonly pointer: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly causes?: readonly string[];
}

export function planRow(one: PlannedRelease): PlanRow {
  const { definition, plan, around = nothingAround, causes, removal, movesTo, waits, sources = [], values = [] } = one;
  const { app, environment, cluster, namespace, releaseName: release } = definition;
  const changeRow = ({ key, operation, fields, reason }: Change): ChangeRow => ({
    object: objectLabel(key),
    namespace: key.namespace,
    operation,
    reason,
    ...told('causes', causesOf(causes, key)),
    fields: fields.map((field) => ({ ...field, ...told('causes', causesOf(causes, key, field.pointer)) })),
  });
  // Where the cause of each field is known, the list of changed values says nothing new.
  const behind = causes.size === 0 ? values : [];
  const restarts = plan.changes.filter(restartsPods).map(({ key }) => objectLabel(key));
  return {
    ...{ app, environment, cluster, namespace, release },
    ...(removal === undefined ? {} : { removal }),
    ...(movesTo === undefined ? {} : { movesTo }),
    ...(waits === undefined ? {} : { waits }),
    ...told('sources', sources),
    ...told('values', behind),
    ...(around.crds.length === 0 ? {} : { crds: around.crds.map(changeRow) }),
    changes: plan.changes.map(changeRow),
    ...(around.hooks.length === 0 ? {} : { hooks: around.hooks }),
    ...told('restarts', restarts),
  };
}

const nothingAround: PlannedAround = { crds: [], hooks: [] };

const told = <Name extends string>(name: Name, items: readonly string[]) =>
  (items.length === 0 ? {} : { [name]: items }) as { readonly [key in Name]?: readonly string[] };

/** True when carrying it out would change nothing. */
export const isNothing = ({ plan, around = nothingAround, removal }: PlannedRelease): boolean =>
  isEmptyPlan(plan) && around.crds.length + around.hooks.length === 0 && (removal === undefined || removal === 'keep');

/** `APP in ENVIRONMENT` has one line for each; the worst first. */
export function lookFirst(planned: readonly PlannedRelease[]): string[] {
  const all = (line: (row: ChangeRow) => string | undefined) =>
    planned.flatMap((one) => {
      const found = planRow(one).changes.map(line);
      return found.filter((text) => text !== undefined).map((text) => `${definitionId(one.definition)}: ${text}`);
    });
  const removed = planned.flatMap((one) => {
    const text = fateText(one);
    return text === undefined ? [] : [`${definitionId(one.definition)}: ${text}`];
  });
  return [
    ...all(({ operation, object, reason }) =>
      operation === 'refused' || operation === 'replacementRefused' || (operation === 'create' && reason)
        ? `${object} is refused: ${reason ?? ''}`
        : undefined,
    ),
    ...removed,
    ...planned
      .filter(({ removal }) => removal === undefined)
      .flatMap((one) =>
        planRow(one)
          .changes.filter(({ operation }) => operation === 'delete')
          .map(({ object }) => `${definitionId(one.definition)}: ${object} is deleted`),
      ),
    ...planned.flatMap((one) =>
      (planRow(one).restarts ?? []).map((object) => `${definitionId(one.definition)}: ${object} restarts its pods`),
    ),
  ];
}

/** What becomes of one that is not simply deployed. */
export function fateText({ removal, waits, movesTo }: PlannedRelease): string | undefined {
  const waiting = waits && `waits for ${waits.for}: ${waits.reason}`;
  if (removal === undefined) return waiting;
  if (movesTo !== undefined) return `moves to ${movesTo}; ${waiting ?? 'uninstalled here when it is healthy there'}`;
  if (waiting !== undefined) return `no longer defined; ${waiting}`;
  return removal === 'keep' ? 'no longer defined; stays, for onRemove is keep' : 'no longer defined; uninstalled';
}

export interface EnvironmentSummary {
  readonly environment: string;
  /** Releases with something to do. */
  readonly releases: number;
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly refused: number;
  readonly restarts: number;
}

/** In the order in which environments first come up. */
export function summarize(planned: readonly PlannedRelease[]): EnvironmentSummary[] {
  const names = [...new Set(planned.map(({ definition }) => definition.environment))];
  return names.map((environment) => {
    const rows = planned.filter((one) => one.definition.environment === environment && !isNothing(one)).map(planRow);
    const operations = rows.flatMap(({ crds = [], changes }) =>
      [...crds, ...changes].map(({ operation }) => operation),
    );
    const count = (...wanted: Operation[]) => operations.filter((operation) => wanted.includes(operation)).length;
    return {
      environment,
      releases: rows.length,
      create: count('create'),
      update: count('update', 'adopt'),
      delete: count('delete'),
      refused: count('refused', 'replacementRefused'),
      restarts: rows.reduce((sum, { restarts = [] }) => sum + restarts.length, 0),
    };
  });
}

export interface PlanLine extends Pick<ChangeRow, 'object' | 'causes' | 'fields'> {
  readonly sign: string;
  /** `update`, `run` */
  readonly what: string;
  readonly note: string | undefined;
}

/** All that is done, in the order in which it is: definitions of kinds, hooks, objects, hooks. */
export function planLines(one: PlannedRelease): PlanLine[] {
  const { crds = [], changes, hooks = [] } = planRow(one);
  const line = ({ operation, reason, ...row }: ChangeRow): PlanLine => {
    return { ...row, sign: signs[operation], what: operation, note: reason };
  };
  const ran = ({ event, ...row }: HookRow): PlanLine => ({ ...row, sign: '>', what: 'run', note: `${event} hook` });
  const isBefore = ({ event }: HookRow) => event.startsWith('pre-');
  return [
    ...crds.map(line),
    ...hooks.filter(isBefore).map(ran),
    ...changes.filter(({ operation }) => operation !== 'unchanged').map(line),
    ...hooks.filter((hook) => !isBefore(hook)).map(ran),
  ];
}

export const signs: Readonly<Record<Operation, string>> = {
  create: '+',
  update: '~',
  adopt: '~',
  delete: '-',
  keep: '=',
  unchanged: ' ',
  refused: '!',
  replacementRefused: '!',
};

export function summaryLine({ environment, releases, restarts, ...counts }: EnvironmentSummary): string {
  const parts = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${words[what]}`]));
  const restarting = restarts === 0 ? [] : [`${restarts} restarting`];
  const objects = parts.length === 0 ? 'no object changes' : [...parts, ...restarting].join(', ');
  return releases === 0
    ? `${environment}: nothing to do`
    : `${environment}: ${releases} release${releases === 1 ? '' : 's'}; ${objects}`;
}

const words: Readonly<Record<string, string>> = {
  create: 'to create',
  update: 'to update',
  delete: 'to delete',
  refused: 'refused',
};
