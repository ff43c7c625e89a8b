/**
 * What is remembered of a take-over, in an annotation of the other tool's own object: what was taken off, so that it can be
 * put back, and how far it got. Takes and returns objects and patches of them. Pure.
 */
import * as z from 'zod';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ForeignObject } from '../definitions/foreign-object.ts';

export const handoverAnnotation = 'helm-gitops.io/taken-over';
const skipReconcile = 'argocd.argoproj.io/skip-reconcile';

/** Null: it was not there. */
const texts = z.record(z.string(), z.string().nullable());

const rememberedObject = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  labels: texts,
  annotations: texts,
  /** Field managers of the other tool whose fields are now `helm`'s. */
  managers: z.array(z.object({ manager: z.string(), operation: z.enum(['Apply', 'Update']) })),
});

const handoverSchema = z.object({
  since: z.string(),
  /** `begun` until everything is taken over, `undoing` while it is given back. */
  phase: z.enum(['begun', 'done', 'undoing']),
  finalizers: z.array(z.string()),
  /** Of Argo CD. */
  automated: z.record(z.string(), z.unknown()).optional(),
  skipReconcile: z.string().optional(),
  /** Of Flux. */
  suspend: z.boolean().optional(),
  /** The first revision of Helm's that was made for it. */
  revision: z.int().optional(),
  objects: z.array(rememberedObject),
});

export type Handover = z.output<typeof handoverSchema>;
export type RememberedObject = z.output<typeof rememberedObject>;

/** As a cluster is asked for it. */
export const targetOf = ({ apiVersion, kind, namespace = '', name = '' }: Place) => ({
  apiVersion,
  kind,
  namespace,
  name,
});

interface Place {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Undefined: it was never taken over. What is there and not understood counts as begun, with nothing remembered. */
export function handoverOf({ metadata }: KubernetesObject): Handover | undefined {
  const text = metadata.annotations?.[handoverAnnotation];
  if (text === undefined) return undefined;
  const parsed = handoverSchema.safeParse(parsedJson(text));
  return parsed.success ? parsed.data : { since: '', phase: 'begun', finalizers: [], objects: [] };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the other tool leaves alone what this object says, so that it is ours to keep. */
export function isHandedOver(object: KubernetesObject, { tool }: Pick<ForeignObject, 'tool'>): boolean {
  // Without that it is no more than a pause. Whoever lets the tool in again takes it back.
  if (handoverOf(object)?.phase !== 'done') return false;
  return tool === 'Flux' ? specOf(object)['suspend'] === true : automatedOf(object) === undefined && isSkipped(object);
}

const isSkipped = ({ metadata }: KubernetesObject) => metadata.annotations?.[skipReconcile] === 'true';

const specOf = (object: KubernetesObject) => (object['spec'] ?? {}) as JsonObject;

export function automatedOf(object: KubernetesObject): JsonObject | undefined {
  return (specOf(object)['syncPolicy'] as { automated?: JsonObject } | undefined)?.automated;
}

/** Whoever else put one there goes on with it. */
const isToolsOwn = (finalizer: string) =>
  /^([a-z-]+\.)?(argocd\.argoproj\.io|finalizers\.fluxcd\.io)(\/|$)/.test(finalizer);

export function beginHandover(object: KubernetesObject, given: Omit<Handover, 'phase' | 'finalizers'>): Handover {
  const { annotations = {}, finalizers = [] } = object.metadata;
  const automated = automatedOf(object);
  const suspend = specOf(object)['suspend'];
  return {
    ...given,
    phase: 'begun',
    finalizers: finalizers.filter(isToolsOwn),
    ...(automated === undefined ? {} : { automated }),
    ...(annotations[skipReconcile] === undefined ? {} : { skipReconcile: annotations[skipReconcile] }),
    ...(typeof suspend === 'boolean' ? { suspend } : {}),
  };
}

/** A merge patch. */
export function takenOff(object: KubernetesObject, handover: Handover, { tool }: Pick<ForeignObject, 'tool'>): object {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => !isToolsOwn(one));
  const isFlux = tool === 'Flux';
  const annotations = { ...remembered(handover), ...(isFlux ? {} : { [skipReconcile]: 'true' }) };
  const automated = automatedOf(object) === undefined ? {} : { spec: { syncPolicy: { automated: null } } };
  const spec = isFlux ? { spec: { suspend: true } } : automated;
  return { metadata: { annotations, finalizers }, ...spec };
}

/** A merge patch. */
export const remembered = (handover: Handover) => ({ [handoverAnnotation]: JSON.stringify(handover) });

/** A merge patch: just what was. */
export function putBack(object: KubernetesObject, handover: Handover, { tool }: Pick<ForeignObject, 'tool'>): object {
  const { automated, skipReconcile: skipped = null, suspend = null } = handover;
  const kept = object.metadata.finalizers ?? [];
  const finalizers = [...handover.finalizers, ...kept.filter((one) => !handover.finalizers.includes(one))];
  const isFlux = tool === 'Flux';
  const annotations = { [handoverAnnotation]: null, ...(isFlux ? {} : { [skipReconcile]: skipped }) };
  const syncs = automated === undefined ? {} : { spec: { syncPolicy: { automated } } };
  return { metadata: { annotations, finalizers }, ...(isFlux ? { spec: { suspend } } : syncs) };
}

/** For people: what of the tool's own object is switched. */
export function describeTakenOff({ finalizers, automated, suspend }: Handover, tool: string): string[] {
  return [
    ...finalizers.map((one) => `finalizer ${one} off`),
    ...(automated === undefined ? [] : ['automated sync off']),
    ...(tool === 'Flux' ? (suspend === true ? [] : ['suspended']) : [`${skipReconcile}: "true"`]),
  ];
}
