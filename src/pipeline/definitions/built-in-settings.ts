/** What holds where no level says anything: the lowest layer, and settings with every field filled in. */

import type { LocatedSettings } from './locate-settings.ts';
import { gatesOf } from './promotion-schema.ts';
import type { Dependency, DriftIgnore, ReleaseSettings } from './release-definition.ts';
import type { HealthCheck } from './rollback-settings.ts';

const second = 1000;
const minute = 60 * second;

/** Settings with their defaults; dependencies are and health checks are resolved by whoever knows their names. */
export function completeSettings(
  settings: LocatedSettings,
  dependsOn: readonly Dependency[],
  checks: readonly HealthCheck[] = [],
): ReleaseSettings {
  const { sync = {}, drift = {}, rollback = {}, promotion = {} } = settings;
  const retryAfter = rollback.retryAfter ?? 'off';
  return {
    dependsOn,
    sync: {
      automatic: sync.automatic ?? true,
      ...(sync.approval === 'plan' ? { approval: 'plan' } : {}),
      prune: sync.prune ?? true,
      suspend: sync.suspend ?? false,
      wave: sync.wave ?? 0,
      interval: sync.interval ?? 10 * minute,
      retry: {
        limit: sync.retry?.limit ?? 5,
        initial: sync.retry?.initial ?? 5 * second,
        max: sync.retry?.max ?? 3 * minute,
      },
      ...(sync.windows === undefined ? {} : { windows: sync.windows }),
    },
    ...(settings.mode === undefined ? {} : { mode: settings.mode }),
    onRemove: settings.onRemove ?? 'uninstall',
    adopt: settings.adopt ?? 'same',
    crds: settings.crds ?? 'create',
    timeout: settings.timeout ?? 5 * minute,
    tests: settings.tests ?? false,
    drift: {
      policy: settings.mode === 'observe' ? 'report' : (drift.policy ?? 'report'),
      after: drift.after ?? 0,
      limit: drift.limit ?? 5,
      ignore: (drift.ignore ?? []).map(
        ({ kind, name, paths = [], managers }): DriftIgnore => ({
          kind,
          name,
          paths,
          ...(managers ? { managers } : {}),
        }),
      ),
    },
    patches: settings.patches ?? [],
    promotion: {
      keys: promotion.keys ?? [],
      files: promotion.files ?? [],
      pin: promotion.pin ?? 'none',
      after: promotion.after ?? 0,
      gates: gatesOf(promotion.gates ?? []),
      haltOnFailure: promotion.haltOnFailure ?? false,
    },
    rollback: {
      on: rollback.on ?? ['failure', 'unhealthy'],
      soak: rollback.soak ?? 2 * minute,
      revert: rollback.revert ?? 'none',
      firstInstall: rollback.firstInstall ?? 'leave',
      afterHooks: rollback.afterHooks ?? 'rollback',
      retryAfter: retryAfter === 'off' ? 0 : retryAfter,
      ...(rollback.group === undefined ? {} : { group: rollback.group }),
      ...(checks.length === 0 ? {} : { checks }),
    },
  };
}
