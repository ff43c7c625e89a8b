/**
 * Runs the test hooks of a release's newest revision on demand, as `helm test` does, and keeps in its record how they
 * ended. Nothing is deployed, and nothing rolled back.
 */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import type { ReleaseFields } from '../foundation/events/event.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import type { RecordedHook, ReleaseHistory, ReleaseRecord } from '../foundation/history/release-record.ts';
import type { HookFailure } from './apply/run-hooks.ts';
import { type HookContext, leaveReleaseHooks } from './run-release-hooks.ts';

export interface TestInput {
  readonly history: ReleaseHistory;
  readonly fields: ReleaseFields;
  /** Milliseconds for each test. */
  readonly timeout: number;
  readonly filter: TestFilter;
  /** When all have run, before those go whose policy says so. */
  readonly onEnded: (record: ReleaseRecord) => Promise<void>;
}

/** Names; `only` left empty: all. */
export interface TestFilter {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** Returns the test that failed, if one did. */
export async function testRelease(context: HookContext, input: TestInput): Promise<HookFailure | undefined> {
  const { history, fields, timeout, filter } = input;
  let stored = await newestRevision(history);
  if (stored === undefined || stored.record.info.status.startsWith('uninstall'))
    throw new HelmGitopsError('test.not-deployed', 'user', `release ${fields.release} is not deployed`);
  if (stored.record.info.status.startsWith('pending-'))
    throw new HelmGitopsError('test.not-deployed', 'transient', `release ${fields.release} is being deployed`, {
      hint: 'try again when it is done',
    });
  const all = stored.record.hooks;
  refuseUnknown(all, filter);
  const chosen = all.map((hook, index) => ({ hook, index })).filter(({ hook }) => isChosen(hook, filter));
  const merged = (runs: readonly RecordedHook[]) =>
    all.map((hook, index) => runs[chosen.findIndex((one) => one.index === index)] ?? hook);
  const update = async (runs: readonly RecordedHook[]) => {
    if (stored) stored = await history.update(stored, { ...stored.record, hooks: merged(runs) });
  };
  const outcome = await leaveReleaseHooks(context, {
    fields,
    event: 'test',
    hooks: chosen.map(({ hook }) => hook),
    timeout,
    onRun: update,
  });
  if (chosen.length > 0) await update(outcome.hooks);
  await input.onEnded(stored.record);
  await outcome.cleanUp();
  return outcome.failure;
}

export function isChosen({ events, name }: RecordedHook, { only, except }: TestFilter): boolean {
  return events.includes('test') && !except.includes(name) && (only.length === 0 || only.includes(name));
}

/** Helm runs nothing then, and is content. */
function refuseUnknown(hooks: readonly RecordedHook[], { only }: TestFilter): void {
  const tests = hooks.filter(({ events }) => events.includes('test')).map(({ name }) => name);
  const unknown = only.find((name) => !tests.includes(name));
  if (unknown === undefined) return;
  throw new HelmGitopsError('test.unknown', 'user', `there is no test "${unknown}"`, {
    hint: tests.length > 0 ? `there is ${tests.join(', ')}` : 'the chart has no tests',
  });
}
