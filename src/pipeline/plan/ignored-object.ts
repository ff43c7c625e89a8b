/** Which objects are left alone as a whole: by the definition, or by an annotation of their own. */
import { ownersOf } from '../../foundation/fields/owners.ts';
import { writePointer } from '../../foundation/fields/pointer.ts';
import { type KubernetesObject, objectKey } from '../../foundation/manifest/object.ts';
import type { DriftIgnore } from '../definitions/release-definition.ts';
import type { Drift } from './drift.ts';

const annotation = 'helm-gitops.io/drift';

export function isIgnored(ignore: readonly DriftIgnore[], { kind, metadata }: KubernetesObject): boolean {
  if (metadata.annotations?.[annotation] === 'ignore') return true;
  return ignore.some(
    (rule) =>
      rule.paths.length === 0 &&
      !rule.managers?.length &&
      (rule.kind ?? kind) === kind &&
      (rule.name ?? metadata.name) === metadata.name,
  );
}

/** Undefined: compare. By somebody's annotation on the live object it is left alone, and that is told. */
export function silencedBy(recorded: KubernetesObject, live: KubernetesObject): Drift[] | undefined {
  if (live.metadata.annotations?.[annotation] !== 'ignore') return undefined;
  const pointer = writePointer(['metadata', 'annotations', annotation]);
  const [owner] = ownersOf(live, pointer);
  return [
    {
      key: objectKey(recorded),
      kind: 'extra',
      recorded,
      wouldBe: recorded,
      live,
      fields: [{ pointer, recorded: undefined, live: 'ignore' }],
      manager: owner?.manager ?? 'unknown',
      operation: owner?.operation,
      changedAt: owner?.time,
      severity: 'metadata',
      approximate: false,
    },
  ];
}
