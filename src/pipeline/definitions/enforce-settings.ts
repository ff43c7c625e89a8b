/**
 * Takes settings as all levels together give them and what the Environment enforces, returns what holds: nothing that an
 * application says makes the enforced less strict, and where it is stricter by itself it stays so. Pure.
 */
import type { LocatedChart, LocatedSettings } from './locate-settings.ts';

/**
 * What becomes of a field that is enforced. `fixed`: the enforced value, whatever is said. `least`, `most`: the smaller or
 * larger number. `joined`: the enforced after the application's own, so that it wins. `union`: both. A list: the value
 * that stands later in it.
 */
type Rule = 'fixed' | 'least' | 'most' | 'joined' | 'union' | readonly string[];

/** Every other field is fixed; maps are taken field by field. */
const rules: Readonly<Record<string, Rule>> = {
  values: 'joined',
  patches: 'joined',
  dependsOn: 'joined',
  'sync.windows': 'joined',
  'chart.lock': ['update', 'strict'],
  mode: ['deploy', 'observe'],
  onRemove: ['uninstall', 'confirm', 'keep'],
  adopt: ['always', 'same', 'never'],
  crds: ['createReplace', 'create', 'skip'],
  timeout: 'least',
  'drift.after': 'least',
  'rollback.on': 'union',
  'rollback.soak': 'most',
  'rollback.afterHooks': ['rollback', 'hold'],
};

type Fields = Readonly<Record<string, unknown>>;

export function enforceSettings(settings: LocatedSettings, enforced: LocatedSettings | undefined): LocatedSettings {
  if (enforced === undefined) return settings;
  const { chart, places: _places, ...others } = enforced;
  const held = hold(settings as Fields, others, '') as LocatedSettings;
  if (chart === undefined || settings.chart === undefined) return held;
  const { places: _written, verify, ...checks } = chart;
  // A chart of the same commit is as good as the definition that names it.
  const isRemote = ['repository', 'oci', 'git'].some((field) => Object.hasOwn(settings.chart ?? {}, field));
  const enforcedChart = { ...checks, ...(isRemote && verify !== undefined ? { verify } : {}) };
  return { ...held, chart: hold({ ...settings.chart }, enforcedChart, 'chart.') as unknown as LocatedChart };
}

function hold(said: Fields, enforced: Fields, prefix: string): Fields {
  const held: Record<string, unknown> = { ...said };
  for (const [field, value] of Object.entries(enforced)) {
    if (value === undefined) continue;
    const own = Object.hasOwn(held, field) ? held[field] : undefined;
    const path = prefix + field;
    const rule = rules[path] ?? 'fixed';
    if (isMap(value) && rule === 'fixed' && path !== 'chart.verify')
      held[field] = hold(isMap(own) ? own : {}, value, `${path}.`);
    else held[field] = own === undefined ? value : strictest(rule, own, value);
  }
  return held;
}

function strictest(rule: Rule, own: unknown, enforced: unknown): unknown {
  if (rule === 'fixed') return enforced;
  if (rule === 'least' || rule === 'most')
    return Math[rule === 'least' ? 'min' : 'max'](own as number, enforced as number);
  if (rule === 'joined') return [...(own as unknown[]), ...(enforced as unknown[])];
  if (rule === 'union') return [...new Set([...(own as unknown[]), ...(enforced as unknown[])])];
  return rule.indexOf(own as string) > rule.indexOf(enforced as string) ? own : enforced;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
