/** Takes the hooks of a record, returns where those of one event stand in it, in Helm's order: by weight, then name. */
import { compareStrings } from '../base/byte-string.ts';
import type { RecordedHook } from './release-record.ts';

/** One that names an event twice runs twice. */
export function dueHooks(hooks: readonly RecordedHook[], event: string): number[] {
  const weight = (index: number) => hooks[index]?.weight ?? 0;
  const name = (index: number) => hooks[index]?.name ?? '';
  return hooks
    .flatMap((hook, index) => hook.events.filter((one) => one === event).map(() => index))
    .sort((a, b) => weight(a) - weight(b) || compareStrings(name(a), name(b)));
}
