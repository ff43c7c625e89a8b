/** What a kind's rules say of one object, and how they read it: whatever is missing or of another type counts as absent. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import type { ReadinessStatus } from '../readiness.ts';

export interface Verdict {
  readonly status: ReadinessStatus;
  readonly reason: string;
  readonly message: string;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
}

export const ready = (message: string, reason = 'Ready'): Verdict => ({ status: 'ready', reason, message });
export const progressing = (reason: string, message: string): Verdict => ({ status: 'progressing', reason, message });
export const failed = (reason: string, message: string): Verdict => ({ status: 'failed', reason, message });

export function read(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

export function readText(object: unknown, ...path: readonly string[]): string | undefined {
  const value = read(object, ...path);
  return typeof value === 'string' ? value : undefined;
}

export function readNumber(object: unknown, ...path: readonly string[]): number | undefined {
  const value = read(object, ...path);
  return typeof value === 'number' ? value : undefined;
}

export function readList(object: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = read(object, ...path);
  return Array.isArray(value) ? value : [];
}

export function conditionsOf(object: KubernetesObject): Condition[] {
  return readList(object, 'status', 'conditions').map((condition) => {
    const lastUpdateTime = readText(condition, 'lastUpdateTime');
    const lastTransitionTime = readText(condition, 'lastTransitionTime');
    return {
      type: readText(condition, 'type') ?? '',
      status: readText(condition, 'status') ?? '',
      reason: readText(condition, 'reason') ?? '',
      message: readText(condition, 'message') ?? '',
      ...(lastUpdateTime === undefined ? {} : { lastUpdateTime }),
      ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }),
    };
  });
}

/** Replicas wanted; the API server's default is 1. */
export function replicasOf(object: KubernetesObject): number {
  return readNumber(object, 'spec', 'replicas') ?? 1;
}

/** A count of the status, 0 where the controller left it out. */
export function counted(object: KubernetesObject, field: string): number {
  return readNumber(object, 'status', field) ?? 0;
}

/** The first pair that falls short of what it should be, as a verdict. */
export function shortfall(
  counts: readonly (readonly [what: string, is: number, wanted: number])[],
): Verdict | undefined {
  const short = counts.find(([, is, wanted]) => is < wanted);
  return short && progressing(`Less${short[0]}`, `${short[0].toLowerCase()} ${short[1]}/${short[2]}`);
}

/** Controllers of workloads always say which generation they have seen; until then their status means nothing. */
export function unobserved(object: KubernetesObject): Verdict | undefined {
  if (readNumber(object, 'status', 'observedGeneration') !== undefined) return undefined;
  return progressing('NotObserved', 'its controller has not seen it yet');
}
