/**
 * Takes a recorded object, the live one, and what the server would make of the recorded one now; returns in what live has
 * left what was recorded, and what others have added to it. It reads nothing.
 */
import { diffFields, type FieldDifference } from '../../foundation/fields/diff.ts';
import { helmManager, isController } from '../../foundation/fields/field-managers.ts';
import { foreignFields } from '../../foundation/fields/foreign-fields.ts';
import { ownersOf } from '../../foundation/fields/owners.ts';
import { valueAt } from '../../foundation/fields/pointer.ts';
import { maskObject } from '../../foundation/manifest/mask.ts';
import {
  groupVersionKind,
  type KubernetesObject,
  type ManagedFieldsEntry,
  objectKey,
} from '../../foundation/manifest/object.ts';
import { type Drift, type DriftedField, severityOf, worstFirst } from './drift.ts';
import { maskedFields } from './masked-fields.ts';

export interface Comparison {
  /** With Helm's ownership marks: what a correction applies. */
  readonly recorded: KubernetesObject;
  /** The same as the server stores it, with what is left to others as it is live. */
  readonly wanted: KubernetesObject;
  readonly live: KubernetesObject;
  /** What a forced dry run of `wanted` answered; undefined where the server could not say. */
  readonly wouldBe: KubernetesObject | undefined;
  /** JSON pointers into live that are left to others. */
  readonly kept: readonly string[];
}

/** At most one `changed` and one `extra`; the latter may name what the server fills in by itself (`withoutDefaults`). */
export function compareObject(comparison: Comparison): Drift[] {
  return [changedIn(comparison), addedTo(comparison)].filter((drift) => drift !== undefined);
}

/** `bare`: what the server makes of the recorded object alone. Undefined where nothing was added to that. */
export function withoutDefaults(extra: Drift, bare: KubernetesObject): Drift | undefined {
  const { live } = extra;
  if (!live) return extra;
  const differing = diffFields(bare, live, groupVersionKind(live)).map(({ pointer }) => pointer);
  const fields = extra.fields.filter(({ pointer }) =>
    differing.some((one) => one === pointer || one.startsWith(`${pointer}/`) || pointer.startsWith(`${one}/`)),
  );
  return fields.length === 0 ? undefined : { ...extra, fields, severity: severityOf(extra.recorded.kind, fields) };
}

export function missingObject(recorded: KubernetesObject): Drift {
  const severity = severityOf(recorded.kind, []);
  const unknown = { manager: 'unknown', operation: undefined, changedAt: undefined };
  const base = { key: objectKey(recorded), recorded, wouldBe: recorded, live: undefined, fields: [], ...unknown };
  return { ...base, kind: 'missing', severity, approximate: false };
}

function changedIn({ recorded, wanted, live, wouldBe }: Comparison): Drift | undefined {
  const differences = wouldBe ? maskedFields(wouldBe, live, { stored: true }) : differencesByOwner(wanted, live);
  const fields = worstFirst(
    recorded.kind,
    differences.filter(({ pointer }) => !serverWritten.test(pointer)),
  );
  if (fields.length === 0) return undefined;
  const owner = fields
    .map(({ pointer }) => ownersOf(live, pointer).find(({ manager }) => manager !== helmManager))
    .find((entry) => entry !== undefined);
  return {
    ...driftOf({ recorded, wouldBe: wouldBe ?? wanted, live, fields, owner }),
    kind: 'changed',
    approximate: wouldBe === undefined,
  };
}

/** Where Helm still owns a field, its value is what the server made of the recorded one. */
function differencesByOwner(wanted: KubernetesObject, live: KubernetesObject): FieldDifference[] {
  const isOurs = (pointer: string) => ownersOf(live, pointer).some(({ manager }) => manager === helmManager);
  return maskedFields(wanted, live, { extra: false }).filter(
    (field) => field.live === undefined || !isOurs(field.pointer),
  );
}

function addedTo({ recorded, wanted, live, kept }: Comparison): Drift | undefined {
  const people = (manager: string) => manager !== helmManager && !isController(manager);
  const added = foreignFields(wanted, live, people).filter(
    ({ pointer }) => !injected.test(pointer) && !kept.some((one) => pointer === one || pointer.startsWith(`${one}/`)),
  );
  if (added.length === 0) return undefined;
  const shown = maskObject(live);
  const fields = worstFirst(
    recorded.kind,
    added.map(({ pointer }) => ({ pointer, recorded: undefined, live: valueAt(shown, pointer) })),
  );
  const owner = added.find(({ pointer }) => pointer === fields[0]?.pointer)?.owner;
  return { ...driftOf({ recorded, wouldBe: wanted, live, fields, owner }), kind: 'extra', approximate: false };
}

/** Certificates from whoever issues them, addresses that the server gives, marks of controllers: also when restored. */
const injected =
  /\/caBundle$|^\/metadata\/(annotations|labels)\/((deployment|pv|volume|endpoints|control-plane\.alpha)\.kubernetes\.io|velero\.io)~1|^\/spec\/clusterIPs?(\/|$)/;

const serverWritten =
  /^\/(status|metadata\/(managedFields|resourceVersion|generation|uid|creationTimestamp|selfLink))(\/|$)/;

interface Found {
  readonly recorded: KubernetesObject;
  readonly wouldBe: KubernetesObject;
  readonly live: KubernetesObject;
  readonly fields: readonly DriftedField[];
  readonly owner: ManagedFieldsEntry | undefined;
}

function driftOf({ recorded, wouldBe, live, fields, owner }: Found): Omit<Drift, 'kind' | 'approximate'> {
  return {
    key: objectKey(recorded),
    recorded,
    wouldBe,
    live,
    fields,
    manager: owner?.manager ?? 'unknown',
    operation: owner?.operation,
    changedAt: owner?.time,
    severity: severityOf(recorded.kind, fields),
  };
}
