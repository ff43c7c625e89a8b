/** Takes the hooks of a revision, returns those that run with it, in the order in which they do, beside what they were before. */
import { dueHooks } from '../../foundation/history/due-hooks.ts';
import type { RecordedHook } from '../../foundation/history/release-record.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import type { HookEvent } from '../render/rendered-release.ts';
import type { Change, FieldChange } from './plan.ts';
import { fieldsBetween } from './plan-release.ts';

/** What a deploy does beside the objects of its manifest. */
export interface PlannedAround {
  /** Of `crds/`, before all else; only what is written. */
  readonly crds: readonly Change[];
  readonly hooks: readonly PlannedHook[];
}

export interface PlannedHook {
  /** `Job/migrate` */
  readonly object: string;
  readonly event: HookEvent;
  /** What is otherwise than in the revision before; none of a hook that it did not have. */
  readonly fields: readonly FieldChange[];
}

export interface PlannedHooksInput {
  readonly hooks: readonly RecordedHook[];
  /** Of the revision that it would follow. */
  readonly before: readonly RecordedHook[];
  readonly action: 'install' | 'upgrade' | 'delete';
  /** Test hooks run after a deploy. */
  readonly tests: boolean;
}

export function plannedHooks({ hooks, before, action, tests }: PlannedHooksInput): PlannedHook[] {
  const events: HookEvent[] = [`pre-${action}`, `post-${action}`, ...(tests ? (['test'] as const) : [])];
  const known = new Map(before.map((hook) => [labelOf(hook), hook]));
  return events.flatMap((event) =>
    dueHooks(hooks, event).flatMap((index): PlannedHook[] => {
      const hook = hooks[index];
      if (hook === undefined) return [];
      return [{ object: labelOf(hook), event, fields: changedFields(known.get(labelOf(hook)), hook) }];
    }),
  );
}

const labelOf = ({ kind, name }: RecordedHook): string => `${kind}/${name}`;

function changedFields(before: RecordedHook | undefined, after: RecordedHook): FieldChange[] {
  if (before === undefined || before.manifest === after.manifest) return [];
  const [was, is] = [objectOf(before), objectOf(after)];
  return was && is ? fieldsBetween(was, is) : [];
}

const objectOf = ({ manifest }: RecordedHook): KubernetesObject | undefined => parseManifest(manifest)[0];
