/**
 * Takes settings as a document gives them, returns them with the place of everything that is later reported or
 * resolved by itself: the chart, each value source, each dependency, each text that may hold a template.
 */
import type { Place } from '../../foundation/base/errors.ts';
import type { Path, ReadDocument } from '../../foundation/document/read-documents.ts';
import { inlineValues } from './inline-values.ts';
import type { ObjectPatch, PromotionPath, SyncWindow, SyncWindows, ValueSource } from './release-definition.ts';
import type { Promote, Settings, ValueEntry } from './schema.ts';

export interface LocatedSettings extends Omit<Settings, 'chart' | 'values' | 'dependsOn' | 'patches' | 'sync'> {
  readonly chart?: LocatedChart;
  readonly values?: readonly ValueSource[];
  readonly dependsOn?: readonly LocatedDependency[];
  readonly patches?: readonly ObjectPatch[];
  readonly sync?: Omit<NonNullable<Settings['sync']>, 'windows'> & { readonly windows?: SyncWindows };
  /** Of `releaseName`, `namespace` and `storageNamespace`, as far as they are given. */
  readonly places?: Readonly<Record<string, Place>>;
}

/** As written, with the place of each field. */
export interface LocatedChart extends NonNullable<Settings['chart']> {
  readonly places: Readonly<Record<string, Place>>;
}

export interface LocatedDependency {
  readonly app: string;
  /** Undefined: the same. */
  readonly environment: string | undefined;
  readonly optional: boolean;
  /** Of releases of Flux. */
  readonly ready?: string;
  readonly place: Place;
}

export type LocatedPromote = Omit<PromotionPath, 'general'>;

export function locateSettings(settings: Settings, document: ReadDocument, path: Path): LocatedSettings {
  const { chart, values, dependsOn, patches, sync, ...others } = settings;
  const located: { -readonly [Field in keyof LocatedSettings]: LocatedSettings[Field] } = { ...others };
  if (chart !== undefined) {
    const fields = Object.keys(chart).map((field) => [field, document.place([...path, 'chart', field])] as const);
    located.chart = { ...chart, places: { '': document.place([...path, 'chart']), ...Object.fromEntries(fields) } };
  }
  if (sync !== undefined) {
    const { windows, ...rest } = sync;
    located.sync = windows === undefined ? rest : { ...rest, windows: [windows.map(syncWindow)] };
  }
  if (values !== undefined) {
    located.values = values.map((entry, index) => valueSource(entry, document, [...path, 'values', index]));
  }
  if (dependsOn !== undefined) {
    located.dependsOn = dependsOn.map((entry, index) => {
      const place = document.place([...path, 'dependsOn', index]);
      if (typeof entry === 'string') return { app: entry, environment: undefined, optional: false, place };
      return { app: entry.app, environment: entry.environment, optional: entry.optional ?? false, place };
    });
  }
  if (patches !== undefined) {
    located.patches = patches.map(({ target = {}, patch, optional }, index) => {
      const place = document.place([...path, 'patches', index]);
      return { target, patch, place, ...(optional ? { optional } : {}) };
    });
  }
  const texts = (['releaseName', 'namespace', 'storageNamespace'] as const).filter(
    (field) => settings[field] !== undefined,
  );
  if (texts.length > 0)
    located.places = Object.fromEntries(texts.map((field) => [field, document.place([...path, field])]));
  return located;
}

function syncWindow({
  allow,
  deny,
  for: length,
  timeZone = 'UTC',
}: NonNullable<NonNullable<Settings['sync']>['windows']>[number]): SyncWindow {
  const type = allow === undefined ? 'deny' : 'allow';
  return { type, cron: allow ?? deny ?? '', for: length, timeZone };
}

function valueSource(entry: ValueEntry, document: ReadDocument, path: Path): ValueSource {
  const place = document.place(path);
  if (typeof entry === 'string') return { type: 'file', path: entry, optional: false, template: false, place };
  const optional = entry.optional ?? false;
  if (entry.file !== undefined) return { type: 'file', path: entry.file, optional, template: false, place };
  if (entry.template !== undefined) return { type: 'file', path: entry.template, optional, template: true, place };
  if (entry.inline !== undefined) {
    const values = inlineValues(document.node([...path, 'inline']), document.document);
    return { type: 'inline', values, place: document.place([...path, 'inline'], 'key') };
  }
  for (const type of ['set', 'setString', 'setJson', 'setFile'] as const) {
    const expression = entry[type];
    if (expression !== undefined) return { type, expression, place };
  }
  const type = entry.secret === undefined ? 'configMap' : 'secret';
  const { name = '', key = 'values.yaml' } = entry[type] ?? {};
  return { type, name, key, optional, place };
}

export function locatePromote(
  { from, as = 'commit', merge = false }: Promote,
  document: ReadDocument,
  path: Path,
): LocatedPromote {
  return { from: [from].flat(), as, merge, place: document.place([...path, 'promote', 'from']) };
}
