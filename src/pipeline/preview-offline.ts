/**
 * What a revision would do to one release beside another revision of the repository, without asking any cluster: both are
 * rendered with the same clock and the same random bytes, and the objects compared. Fields that differ between two renders
 * of the same inputs are left out.
 */
import { diffFields } from '../foundation/fields/diff.ts';
import { groupVersionKind, type KubernetesObject, keyId, objectKey } from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { recordSecrets } from '../foundation/secrets/record-secrets.ts';
import type { SecretMask } from '../foundation/secrets/secret-mask.ts';
import type { PreparedRelease } from './context.ts';
import { fixedFields } from './plan/fixed-fields.ts';
import { withOwnership } from './plan/ownership.ts';
import type { Change, Plan } from './plan/plan.ts';
import { compareCrds } from './plan/plan-crds.ts';
import { planRelease } from './plan/plan-release.ts';
import { type PlannedAround, plannedHooks } from './plan/planned-hooks.ts';
import { recordedHook } from './plan/recorded-hook.ts';
import { nothingRendered } from './render/nothing-rendered.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import { type OfflineRendering, renderOffline } from './render-offline.ts';

export interface OfflineInput extends Pick<OfflineRendering, 'compat' | 'kubeVersion'> {
  /** Undefined: the release is new. */
  readonly before: PreparedRelease | undefined;
  /** Undefined: the release goes. */
  readonly after: PreparedRelease | undefined;
  readonly now: Date;
  readonly mask?: Pick<SecretMask, 'add'> | undefined;
}

export interface OfflinePreview {
  readonly plan: Plan;
  readonly around: PlannedAround;
}

export function previewOffline({ before, after, compat, kubeVersion, now, mask }: OfflineInput): OfflinePreview {
  const render = (prepared: PreparedRelease | undefined, byte: number): RenderedRelease =>
    prepared === undefined
      ? nothingRendered
      : renderOffline(prepared, {
          compat,
          kubeVersion,
          sources: repeatable(now, byte),
          isInstall: before === undefined,
        });
  const [old, fresh] = [render(before, 1), render(after, 1)];
  mask?.add([...recordSecrets(old), ...recordSecrets(fresh)]);
  const { releaseName: name, namespace, settings } = (after ?? (before as PreparedRelease)).definition;
  const release = { name, namespace };
  const recorded = placed(old, namespace);
  const rendered = placed(fresh, namespace);
  const live = new Map(
    recorded.map((object) => [
      keyId(objectKey(object)),
      { object: withOwnership(object, release), known: 'as recorded' as const },
    ]),
  );
  const plan = planRelease({
    release,
    recorded,
    rendered,
    manifest: fresh.manifest,
    hooks: fresh.hooks.map(recordedHook),
    crds: fresh.crds,
    live,
    // What `prune: false` keeps goes with the release.
    prune: after !== undefined || settings.sync.prune === 'all' ? settings.sync.prune : true,
    takeOwnership: false,
  });
  const steady = fresh.unstable ? withoutChance(plan, rendered, placed(render(after, 2), namespace)) : plan;
  const changes = steady.changes.map(refusedByKind);
  const was = old.hooks.map(recordedHook);
  const hooks =
    after === undefined
      ? plannedHooks({ hooks: was, before: [], action: 'delete', tests: false })
      : plannedHooks({
          ...{ hooks: plan.hooks, before: was },
          ...{ action: before ? 'upgrade' : 'install', tests: settings.tests },
        });
  const crds = compareCrds(old.crds, { crds: fresh.crds, changes, policy: settings.crds });
  return { plan: { ...steady, changes }, around: { crds, hooks } };
}

/** What a server would say of fields that cannot change. */
function refusedByKind(change: Change): Change {
  const fields = fixedFields(change);
  if (fields.length === 0) return change;
  return { ...change, operation: 'replacementRefused', reason: `${fields.join(', ')} cannot change once set` };
}

/** Equal inputs give equal output, but for keys and certificates, which Node makes by itself. */
function repeatable(now: Date, byte: number) {
  return { now: () => now, randomBytes: (count: number) => new Uint8Array(count).fill(byte) };
}

/** Only to tell objects apart: where they will lie, the cluster knows. */
function placed({ manifest }: RenderedRelease, namespace: string): KubernetesObject[] {
  const objects = parseManifest(manifest).map((object) =>
    clusterKinds.has(object.kind)
      ? object
      : { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace || namespace } },
  );
  const last = new Map(objects.map((object) => [keyId(objectKey(object)), object]));
  return objects.filter((object) => last.get(keyId(objectKey(object))) === object);
}

const clusterKinds: ReadonlySet<string> = new Set([
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CustomResourceDefinition',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeSnapshotClass',
]);

function withoutChance(plan: Plan, one: readonly KubernetesObject[], other: readonly KubernetesObject[]): Plan {
  const others = new Map(other.map((object) => [keyId(objectKey(object)), object]));
  const random = new Map(
    one.map((object) => {
      const twin = others.get(keyId(objectKey(object)));
      const fields = twin === undefined ? [] : diffFields(object, twin, groupVersionKind(object));
      return [keyId(objectKey(object)), fields.map(({ pointer }) => pointer)] as const;
    }),
  );
  const changes = plan.changes.map((change): Change => {
    if (change.operation !== 'update') return change;
    const pointers = random.get(keyId(change.key)) ?? [];
    const fields = change.fields.filter(({ pointer }) => !pointers.some((chance) => isWithin(pointer, chance)));
    return { ...change, fields, operation: fields.length === 0 ? 'unchanged' : 'update' };
  });
  return { ...plan, changes };
}

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
