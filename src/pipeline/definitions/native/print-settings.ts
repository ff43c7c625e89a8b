/** Takes the settings of a release, returns those that are not the built-in ones, as a definition writes them. */
import type { Place } from '../../../foundation/base/errors.ts';
import { completeSettings } from '../built-in-settings.ts';
import type { DriftIgnore, ObjectPatch, ReleaseSettings, SyncWindow } from '../release-definition.ts';
import { literal, unlike } from './literal.ts';
import type { NativeNames } from './native-names.ts';

const builtIn = completeSettings({}, []);
type Fields = Readonly<Record<string, unknown>>;

export function printSettings(
  settings: ReleaseSettings,
  { names, app, place }: { readonly names: NativeNames; readonly app: string; readonly place: Place },
): Record<string, unknown> {
  const { dependsOn, patches, drift, sync, ...rest } = settings;
  // Checks are resolved by their release: whoever printed them would fix its names.
  const { checks: _checks, ...rollback } = rest.rollback;
  const others = { ...rest, rollback };
  const { windows, ...plainSync } = sync;
  const { ignore, ...plainDrift } = drift;
  const { dependsOn: _none, patches: _patches, drift: ofDrift, sync: ofSync, ...builtInOthers } = builtIn;
  const { ignore: _ignore, ...builtInDrift } = ofDrift;
  const parts: Record<string, unknown> = {
    dependsOn: dependsOn.map(({ app: other, optional, ready }) => {
      if (ready !== undefined) throw unlike('a condition for a dependency (readyExpr)', place);
      const name = names.application(other);
      const environment = names.environmentOf(other);
      const elsewhere = environment === undefined || environment === names.environmentOf(app) ? {} : { environment };
      return optional || 'environment' in elsewhere
        ? { app: name, ...elsewhere, ...(optional ? { optional } : {}) }
        : name;
    }),
    sync: {
      ...different(plainSync, ofSync),
      ...(windows === undefined || windows.length === 0 ? {} : { windows: windowsOf(windows, place) }),
    },
    ...different(others, builtInOthers),
    drift: {
      ...different(plainDrift, builtInDrift),
      ...(ignore.length === 0 ? {} : { ignore: ignore.map((one) => ignoredOf(one, place)) }),
    },
    patches: patches.map(patchOf),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => !isEmpty(value)));
}

const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Durations, by the path of their field. */
const durations: ReadonlySet<string> = new Set([
  'interval',
  'retry.initial',
  'retry.max',
  'timeout',
  'after',
  'rollback.soak',
  'rollback.retryAfter',
  'promotion.after',
]);

function different(settings: Fields, known: Fields, prefix = ''): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const path = prefix + name;
    const other = known[name];
    if (JSON.stringify(value) === JSON.stringify(other)) continue;
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isMap) {
      const inner = different(value as Fields, (other ?? {}) as Fields, `${path}.`);
      if (!isEmpty(inner)) found[name] = inner;
    } else if (path === 'rollback.retryAfter' && value === 0) found[name] = 'off';
    else found[name] = durations.has(path) ? durationOf(value as number) : value;
  }
  return found;
}

/** Exact, unlike what people are shown. */
function durationOf(milliseconds: number): string {
  if (milliseconds % 60_000 === 0 && milliseconds > 0) return `${milliseconds / 60_000}m`;
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

function ignoredOf({ paths, ...one }: DriftIgnore, place: Place): object {
  if (one.name !== undefined) literal(one.name, place);
  return withoutUndefined({ ...one, ...(paths.length === 0 ? {} : { paths }) });
}

function windowsOf(windows: readonly (readonly SyncWindow[])[], place: Place): unknown[] {
  if (windows.length > 1) throw unlike('windows of several levels, all of which hold', place);
  return (windows[0] ?? []).map(({ type, cron, for: length, timeZone }) => ({
    [type]: cron,
    for: durationOf(length),
    timeZone,
  }));
}

function patchOf({ target, patch, optional, place }: ObjectPatch): unknown {
  if (target.name !== undefined) literal(target.name, place);
  const shown = isEmpty(target) ? {} : { target: withoutUndefined(target) };
  return { ...shown, patch, ...(optional ? { optional } : {}) };
}

const withoutUndefined = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
