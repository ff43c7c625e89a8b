/**
 * `dependency build`: charts/ as Chart.lock has it; without a lock, an update. Unlike Helm it asks for no `repo add`: the
 * URL in the lock is all it needs.
 */
import { lockOf } from '../chart-lock.ts';
import { checkLock } from './check-lock.ts';
import { lockStale } from './dependency-error.ts';
import { type DependencyRun, loadUnpacked } from './dependency-run.ts';
import { fetchDependencies } from './fetch-dependencies.ts';
import { placeDependencies, repositoryNames } from './place-dependencies.ts';
import { saveDependencies } from './save-dependencies.ts';
import { updateLoaded } from './update-dependencies.ts';

export async function buildDependencies(run: DependencyRun): Promise<void> {
  const chart = await loadUnpacked(run);
  const lock = lockOf(chart);
  if (lock === undefined) {
    await updateLoaded(chart, run);
    return;
  }
  placeDependencies(chart.metadata.dependencies ?? [], run, chart);
  if (checkLock(chart, repositoryNames(run.repositories)) === 'stale') throw lockStale(chart, run);
  const placed = placeDependencies(lock.dependencies ?? [], run, chart);
  const fetched = await fetchDependencies(placed, run);
  const locked = placed.map((one) => ({
    placed: one,
    version: one.dependency.version ?? '',
    fetched: fetched.get(one),
  }));
  await saveDependencies(locked, run);
}
