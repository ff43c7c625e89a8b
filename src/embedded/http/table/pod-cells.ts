/** A pod's row: its status line is put together from phase, reasons and containers as kubectl's printer does it. */
import type { JsonObject } from '../../../foundation/manifest/object.ts';
import { age } from './age.ts';
import { at, type Cell, count, createdAt, items, nameOf, text } from './cell.ts';

export function podCells(pod: JsonObject, now: number): Cell[] {
  const statuses = items(pod, 'status.containerStatuses');
  const ready = statuses.filter((one) => one.ready === true).length;
  const total = items(pod, 'spec.containers').length + sidecars(pod).length;
  const readySidecars = items(pod, 'status.initContainerStatuses').filter(
    (one) => one.ready === true && sidecars(pod).includes(text(one, 'name', '')),
  ).length;
  return [
    nameOf(pod),
    `${ready + readySidecars}/${total}`,
    podStatus(pod),
    restarts(pod, now),
    age(createdAt(pod), now),
    text(pod, 'status.podIP'),
    text(pod, 'spec.nodeName'),
    text(pod, 'status.nominatedNodeName'),
    '<none>',
  ];
}

function sidecars(pod: JsonObject): string[] {
  return items(pod, 'spec.initContainers')
    .filter((one) => one.restartPolicy === 'Always')
    .map((one) => text(one, 'name', ''));
}

function restarts(pod: JsonObject, now: number): string {
  const statuses = items(pod, 'status.containerStatuses');
  const total = statuses.reduce((sum, one) => sum + count(one, 'restartCount'), 0);
  const last = statuses
    .map((one) => text(one, 'lastState.terminated.finishedAt', ''))
    .sort()
    .at(-1);
  return total > 0 && last ? `${total} (${age(last, now)} ago)` : String(total);
}

function podStatus(pod: JsonObject): string {
  let reason = text(pod, 'status.reason', '') || text(pod, 'status.phase', '');
  const scheduled = items(pod, 'status.conditions').find((one) => one.type === 'PodScheduled');
  if (scheduled?.reason === 'SchedulingGated') reason = 'SchedulingGated';
  const initial = initializing(pod);
  reason = initial ?? running(pod, reason);
  if (at(pod, 'metadata.deletionTimestamp') === undefined) return reason;
  if (text(pod, 'status.reason', '') === 'NodeLost') return 'Unknown';
  return reason === 'Succeeded' || reason === 'Failed' || reason === 'Completed' ? reason : 'Terminating';
}

function terminatedText(state: JsonObject): string {
  const reason = text(state, 'terminated.reason', '');
  if (reason !== '') return reason;
  return count(state, 'terminated.signal') !== 0
    ? `Signal:${count(state, 'terminated.signal')}`
    : `ExitCode:${count(state, 'terminated.exitCode')}`;
}

function initializing(pod: JsonObject): string | undefined {
  const statuses = items(pod, 'status.initContainerStatuses');
  const lasting = sidecars(pod);
  for (const [index, status] of statuses.entries()) {
    const terminated = at(status, 'state.terminated');
    if (terminated !== undefined && count(status, 'state.terminated.exitCode') === 0) continue;
    if (lasting.includes(text(status, 'name', '')) && status.started === true) continue;
    if (terminated !== undefined) return `Init:${terminatedText(status.state as JsonObject)}`;
    const waiting = text(status, 'state.waiting.reason', '');
    if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
    return `Init:${index}/${items(pod, 'spec.initContainers').length}`;
  }
  return undefined;
}

function running(pod: JsonObject, phase: string): string {
  let reason = phase;
  let alive = false;
  for (const status of items(pod, 'status.containerStatuses').reverse()) {
    const waiting = text(status, 'state.waiting.reason', '');
    if (waiting !== '') reason = waiting;
    else if (at(status, 'state.terminated') !== undefined) reason = terminatedText(status.state as JsonObject);
    else if (status.ready === true && at(status, 'state.running') !== undefined) alive = true;
  }
  if (reason !== 'Completed' || !alive) return reason;
  const ready = items(pod, 'status.conditions').some((one) => one.type === 'Ready' && one.status === 'True');
  return ready ? 'Running' : 'NotReady';
}
