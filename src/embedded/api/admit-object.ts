/**
 * What the real API server's admission plugins do to objects that charts create: namespaces must exist and live, pods get
 * their service account, tolerations and priority, claims the default storage class. Changes the prepared object in place.
 */
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt, setDefault } from '../defaults/set-default.ts';
import { admitLimits } from './admit-limits.ts';
import { admitQuota } from './admit-quota.ts';
import { type ApiContext, type ApiRequest, subjectOf } from './api-context.ts';
import { forbidden, notFound, StatusError } from './status-error.ts';

export function checkNamespace(request: ApiRequest): void {
  const { type, namespace } = request;
  if (!type.namespaced) return;
  const found = request.context.objects.get('namespaces', '', namespace);
  if (found === undefined) throw notFound({ group: '', name: 'namespaces' }, namespace);
}

export function admitCreate(request: ApiRequest, object: KubernetesObject): void {
  const { type } = request;
  if (type.namespaced) refuseTerminating(request, object);
  if (type.custom) refuseEndingKind(request, object);
  const body = object as unknown as JsonObject;
  if (type.name === 'pods') {
    admitPod(request, body);
    admitLimits(request, object);
  }
  if (type.name === 'persistentvolumeclaims') {
    addFinalizer(object, 'kubernetes.io/pvc-protection');
    admitClaim(request.context, body);
  }
  if (type.name === 'persistentvolumes') addFinalizer(object, 'kubernetes.io/pv-protection');
  if (type.name === 'ingresses.networking.k8s.io') admitIngress(request.context, body);
  if (type.namespaced) admitQuota(request, object);
}

function refuseEndingKind({ context, type }: ApiRequest, object: KubernetesObject): void {
  const definition = context.objects.get('customresourcedefinitions.apiextensions.k8s.io', '', type.name);
  if (definition?.metadata.deletionTimestamp === undefined) return;
  throw forbidden(
    subjectOf(type),
    object.metadata.name ?? '',
    'create not allowed while custom resource definition is terminating',
  );
}

function refuseTerminating({ context, type, namespace }: ApiRequest, object: KubernetesObject): void {
  const found = context.objects.get('namespaces', '', namespace);
  if (found?.metadata.deletionTimestamp === undefined) return;
  const { name = '' } = object.metadata;
  const message = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = forbidden(subjectOf(type), name, message);
  const causes = [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ];
  throw new StatusError(error.code, error.reason, error.message, { ...error.details, causes });
}

function admitPod({ context, namespace, type }: ApiRequest, pod: JsonObject): void {
  const spec = objectAt(pod, 'spec');
  if (spec === undefined) return;
  const { name = '' } = pod.metadata as { name?: string };
  setDefault(spec, 'serviceAccountName', 'default');
  spec.serviceAccount = spec.serviceAccountName as string;
  const account = context.objects.get('serviceaccounts', namespace, String(spec.serviceAccountName));
  if (account === undefined) {
    const who = `${namespace}/${String(spec.serviceAccountName)}`;
    throw forbidden(
      subjectOf(type),
      name,
      `error looking up service account ${who}: serviceaccount ${JSON.stringify(spec.serviceAccountName)} not found`,
    );
  }
  const secrets = account.imagePullSecrets;
  if (objectsAt(spec, 'imagePullSecrets').length === 0 && Array.isArray(secrets)) spec.imagePullSecrets = secrets;
  if ((spec.automountServiceAccountToken ?? account.automountServiceAccountToken) !== false) mountToken(context, spec);
  admitPriority(context, spec, { name, type: subjectOf(type) });
  tolerateNodeTrouble(spec);
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

function mountToken(context: ApiContext, spec: JsonObject): void {
  const containers = [...objectsAt(spec, 'initContainers'), ...objectsAt(spec, 'containers')];
  const mounted = (container: JsonObject): boolean =>
    objectsAt(container, 'volumeMounts').some((mount) => mount.mountPath === tokenPath);
  if (containers.every(mounted)) return;
  const name = `kube-api-access-${context.randomSuffix(5)}`;
  for (const container of containers) {
    if (!mounted(container))
      container.volumeMounts = [
        ...objectsAt(container, 'volumeMounts'),
        { name, readOnly: true, mountPath: tokenPath },
      ];
  }
  const namespace = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } };
  const sources: Json[] = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [namespace] } },
  ];
  spec.volumes = [...objectsAt(spec, 'volumes'), { name, projected: { sources, defaultMode: 420 } }];
}

function admitPriority(
  context: ApiContext,
  spec: JsonObject,
  pod: { name: string; type: { group: string; name: string } },
): void {
  const classes = context.objects.list('priorityclasses.scheduling.k8s.io');
  const named = spec.priorityClassName;
  const found = classes.find((one) => (named ? one.metadata.name === named : one.globalDefault === true));
  if (named && found === undefined)
    throw forbidden(pod.type, pod.name, `no PriorityClass with name ${String(named)} was found`);
  spec.priority = typeof found?.value === 'number' ? found.value : 0;
  if (found !== undefined) spec.priorityClassName = found.metadata.name ?? '';
  spec.preemptionPolicy ??=
    typeof found?.preemptionPolicy === 'string' ? found.preemptionPolicy : 'PreemptLowerPriority';
}

function tolerateNodeTrouble(spec: JsonObject): void {
  const tolerations = objectsAt(spec, 'tolerations');
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const known = tolerations.some(
      (one) => (one.key === key || !one.key) && (one.effect === 'NoExecute' || !one.effect),
    );
    if (!known) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  }
  spec.tolerations = tolerations;
}

function isDefault(object: KubernetesObject, annotation: string): boolean {
  return object.metadata.annotations?.[annotation] === 'true';
}

function admitClaim(context: ApiContext, claim: JsonObject): void {
  const spec = objectAt(claim, 'spec');
  const annotations = objectAt(objectAt(claim, 'metadata'), 'annotations');
  if (
    spec === undefined ||
    spec.storageClassName !== undefined ||
    annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined
  )
    return;
  const found = context.objects
    .list('storageclasses.storage.k8s.io')
    .find((one) => isDefault(one, 'storageclass.kubernetes.io/is-default-class'));
  if (found !== undefined) spec.storageClassName = found.metadata.name ?? '';
}

function addFinalizer({ metadata }: KubernetesObject, finalizer: string): void {
  const present = metadata.finalizers ?? [];
  if (!present.includes(finalizer)) metadata.finalizers = [...present, finalizer];
}

function admitIngress(context: ApiContext, ingress: JsonObject): void {
  const spec = objectAt(ingress, 'spec');
  const annotations = objectAt(objectAt(ingress, 'metadata'), 'annotations');
  if (
    spec === undefined ||
    spec.ingressClassName !== undefined ||
    annotations?.['kubernetes.io/ingress.class'] !== undefined
  )
    return;
  const found = context.objects
    .list('ingressclasses.networking.k8s.io')
    .find((one) => isDefault(one, 'ingressclass.kubernetes.io/is-default-class'));
  if (found !== undefined) spec.ingressClassName = found.metadata.name ?? '';
}
