/** Takes what an Argo CD Application says of its syncs, drift and removal, returns the settings that mean the same. Pure. */

import { parseDuration } from '../../../../foundation/base/duration.ts';
import type { Place } from '../../../../foundation/base/errors.ts';
import type { Problem } from '../../../../foundation/base/problem.ts';
import type { Path } from '../../../../foundation/document/read-documents.ts';
import type { LocatedSettings } from '../../locate-settings.ts';
import type { ReleaseDefinition } from '../../release-definition.ts';
import type { ForeignField } from '../foreign-field.ts';
import { annotations as annotationRows, syncOptions as optionRows } from './application-fields.table.ts';
import type { ArgoApplication } from './application-schema.ts';

type PlaceOf = (path: Path, part?: 'key' | 'value') => Place;

export interface TranslatedSync {
  readonly settings: LocatedSettings;
  readonly createNamespace: ReleaseDefinition['createNamespace'];
  readonly notices: readonly Problem[];
}

/** `label` names whom something is told of; without it the application. */
export function translateSync(application: ArgoApplication, place: PlaceOf, label?: string): TranslatedSync {
  const { metadata, spec } = application;
  const whom = label ?? `application ${metadata.name}`;
  const notices: Problem[] = [];
  const tell = (path: Path, what: string, how: string) =>
    notices.push({
      code: 'definition.unsupported',
      message: `${whom}: ${what} is not honoured as written: ${how}`,
      place: place(path),
    });
  const options = optionsOf(application, tell);
  const annotations = annotationsOf(application, tell);
  const { automated, retry } = spec.syncPolicy ?? {};
  const automatic = automated !== undefined && automated.enabled !== false;
  const { ignore, understood } = ignoresOf(application, tell);
  const heals = automatic && automated.selfHeal === true && understood;
  const namespace = spec.syncPolicy?.managedNamespaceMetadata ?? {};
  return {
    settings: {
      sync: {
        automatic,
        prune: automated?.prune === true && !options.has('Prune=false') && !options.has('Prune=confirm'),
        wave: waveOf(annotations, tell),
        suspend: annotations['argocd.argoproj.io/skip-reconcile'] === 'true',
        ...(retry === undefined ? {} : { retry: retryOf(retry, tell) }),
      },
      drift: { policy: heals ? 'correct' : 'report', ignore },
      onRemove: removalOf(metadata.finalizers ?? [], options),
      crds: (spec.source?.helm ?? spec.sources?.find(({ helm }) => helm)?.helm)?.skipCrds ? 'skip' : 'createReplace',
    },
    createNamespace: options.has('CreateNamespace=true') && {
      labels: namespace.labels ?? {},
      annotations: namespace.annotations ?? {},
    },
    notices,
  };
}

type Tell = (path: Path, what: string, how: string) => void;

function optionsOf({ spec }: ArgoApplication, tell: Tell): ReadonlySet<string> {
  const options = new Set<string>();
  for (const [index, option] of (spec.syncPolicy?.syncOptions ?? []).entries()) {
    const written = option.trim();
    options.add(written);
    const row = optionRows.find(({ field }) => field === written);
    const path = ['spec', 'syncPolicy', 'syncOptions', index];
    if (row?.told) tell(path, `the sync option ${written}`, row.how);
    else if (row === undefined && !isDefault(written))
      tell(path, `the sync option ${written.slice(0, 80)}`, 'it is not known');
  }
  return options;
}

/** `Replace=false` asks for nothing. */
function isDefault(option: string): boolean {
  const [name, value] = option.split('=');
  return value === 'false' && optionRows.some(({ field }) => field === `${name}=true`);
}

function annotationsOf({ metadata }: ArgoApplication, tell: Tell): Readonly<Record<string, string>> {
  const annotations = metadata.annotations ?? {};
  for (const name of Object.keys(annotations)) {
    const row = annotationRows.find((one) => fits(one, name));
    if (row?.told) tell(['metadata', 'annotations', name], `the annotation ${name.slice(0, 80)}`, row.how);
  }
  return annotations;
}

const fits = ({ field }: ForeignField, name: string) =>
  field.endsWith('*') ? name.startsWith(field.slice(0, -1)) : name === field;

const waveName = 'argocd.argoproj.io/sync-wave';

function waveOf(annotations: Readonly<Record<string, string>>, tell: Tell): number {
  const written = annotations[waveName];
  if (written === undefined || /^[+-]?\d{1,9}$/.test(written)) return Number(written ?? 0);
  tell(['metadata', 'annotations', waveName], 'the sync wave', 'it is no whole number, so it is 0');
  return 0;
}

type Retry = NonNullable<NonNullable<ArgoApplication['spec']['syncPolicy']>['retry']>;

/** Argo CD's "as often as it takes". */
const endless = 1_000_000;

function retryOf({ limit = 0, backoff = {} }: Retry, tell: Tell) {
  const duration = (field: 'duration' | 'maxDuration') => {
    const text = backoff[field];
    if (text === undefined) return undefined;
    const length = parseDuration(/^\d+$/.test(text) ? `${text}s` : text);
    if (length === undefined)
      tell(['spec', 'syncPolicy', 'retry', 'backoff', field], `retry.backoff.${field}`, 'it is no duration');
    return length;
  };
  const [initial, max] = [duration('duration'), duration('maxDuration')];
  return {
    limit: limit < 0 ? endless : limit,
    ...(initial === undefined ? {} : { initial }),
    ...(max === undefined ? {} : { max }),
  };
}

function ignoresOf({ spec }: ArgoApplication, tell: Tell) {
  let understood = true;
  const ignore = (spec.ignoreDifferences ?? []).flatMap((entry, index) => {
    const at: Path = ['spec', 'ignoreDifferences', index];
    const paths = [...(entry.jsonPointers ?? [])];
    if ((entry.managedFieldsManagers ?? []).length > 0) understood = false;
    for (const [position, expression] of (entry.jqPathExpressions ?? []).entries()) {
      const pointer = pointerOf(expression);
      if (pointer !== undefined) paths.push(pointer);
      else {
        understood = false;
        const shown = expression.length > 80 ? `${expression.slice(0, 80)}…` : expression;
        tell([...at, 'jqPathExpressions', position], `the jq path ${shown}`, 'so drift is only reported');
      }
    }
    const kind = entry.kind === '*' ? {} : { kind: entry.kind };
    const name = entry.name ? { name: entry.name } : {};
    // Without a path it would mean the whole object.
    return paths.length === 0 ? [] : [{ ...kind, ...name, paths: paths.map(withSlash) }];
  });
  return { ignore, understood };
}

const withSlash = (pointer: string) => (pointer === '' || pointer.startsWith('/') ? pointer : `/${pointer}`);

/** Of `.spec.template.metadata.annotations["a.b/c"]`; undefined of all that is more than names and numbers. */
function pointerOf(expression: string): string | undefined {
  const steps: string[] = [];
  let rest = expression.trim();
  if (!rest.startsWith('.')) return undefined;
  while (rest !== '') {
    const found =
      /^\.([A-Za-z_][A-Za-z0-9_]*)/.exec(rest) ??
      /^\.?\["([^"\\]*)"\]/.exec(rest) ??
      /^\.?\[(\d+)\]/.exec(rest) ??
      /^\."([^"\\]*)"/.exec(rest);
    if (found === null) return undefined;
    steps.push((found[1] ?? '').replaceAll('~', '~0').replaceAll('/', '~1'));
    rest = rest.slice(found[0].length);
  }
  return steps.length === 0 ? undefined : `/${steps.join('/')}`;
}

const cascade = 'resources-finalizer.argocd.argoproj.io';

function removalOf(finalizers: readonly string[], options: ReadonlySet<string>): 'uninstall' | 'keep' | 'confirm' {
  if (options.has('Delete=false')) return 'keep';
  if (!finalizers.some((name) => name === cascade || name.startsWith(`${cascade}/`))) return 'keep';
  return options.has('Delete=confirm') ? 'confirm' : 'uninstall';
}
