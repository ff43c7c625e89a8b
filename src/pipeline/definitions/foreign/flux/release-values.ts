/**
 * Takes what a HelmRelease says of its values, returns value sources in Flux's order: values files of the chart, `valuesFrom`
 * as it is listed, `values`, and over all of them what has a `targetPath`. ConfigMaps and Secrets that the repository
 * itself applies in clear are read from it, all others from the cluster. Pure.
 */
import { HelmGitopsError } from '../../../../foundation/base/errors.ts';
import { repositoryPath } from '../../../../foundation/base/repository-path.ts';
import type { JsonObject } from '../../../../foundation/manifest/object.ts';
import { setText } from '../../../../foundation/values/set-text.ts';
import type { ValueSource } from '../../release-definition.ts';
import { type FluxObject, mapOf } from './flux-object.ts';
import type { FluxWorld } from './flux-world.ts';
import type { LocatedChartSource } from './locate-chart.ts';
import { objectTexts } from './object-texts.ts';
import type { HelmReleaseSpec } from './release-schema.ts';

export interface ValuesQuestion {
  readonly spec: HelmReleaseSpec;
  readonly release: FluxObject;
  readonly namespace: string;
  readonly world: FluxWorld;
}

type Reference = NonNullable<HelmReleaseSpec['valuesFrom']>[number];

export function releaseValues(question: ValuesQuestion): ValueSource[] {
  const { spec, release } = question;
  const references = (spec.valuesFrom ?? []).flatMap((reference, index) => {
    const source = sourceOf(reference, index, question);
    return source === undefined ? [] : [{ source, sets: reference.targetPath }];
  });
  const values = mapOf(mapOf(release.data['spec'])['values']);
  const inline: ValueSource[] =
    Object.keys(values).length === 0
      ? []
      : [{ type: 'inline', values: values as JsonObject, place: release.place(['spec', 'values'], 'key') }];
  const [whole, set] = [references.filter(({ sets }) => !sets), references.filter(({ sets }) => sets)];
  return [...whole.map(({ source }) => source), ...inline, ...set.map(({ source }) => source)];
}

/** Undefined: an optional one that has not got the key. */
function sourceOf(reference: Reference, index: number, question: ValuesQuestion): ValueSource | undefined {
  const { kind, name, valuesKey: key = 'values.yaml', targetPath, optional = false, literal = false } = reference;
  const { release, namespace, world } = question;
  const place = release.place(['spec', 'valuesFrom', index]);
  const sets = targetPath ? { sets: { path: targetPath, literal } } : {};
  const object = world.find(kind, namespace, name);
  const texts = object && objectTexts(object);
  if (object === undefined || texts === undefined) {
    const type = kind === 'Secret' ? 'secret' : 'configMap';
    return { type, name, key, optional, place, namespace, ...sets };
  }
  const text = texts.get(key);
  if (text === undefined) {
    if (optional) return undefined;
    const message = `${kind} ${name} of the repository has no key ${key}`;
    throw new HelmGitopsError('definition.invalid', 'user', message, { place });
  }
  const isSecret = kind === 'Secret';
  const secret = isSecret ? { secret: true as const } : {};
  if (targetPath) return { ...setText({ path: targetPath, literal }, text), place, ...secret };
  const at = object.textPlaces?.get(key) ?? object.place(['data', key]);
  const isBlock = /[|>][-+0-9]*\s*(#.*)?$/.test(at.excerpt ?? '');
  const shown = isSecret ? { file: at.file, line: at.line ?? 1 } : at;
  return { type: 'text', text, line: (at.line ?? 1) + (isBlock ? 1 : 0), place: shown, ...secret };
}

/** The first of them must be the chart's own: here nothing takes its place. */
export function valuesFilesOf({ valuesFiles, ignoreMissing, root, chart, place }: LocatedChartSource): ValueSource[] {
  const [first, ...others] = valuesFiles;
  if (first === undefined) return [];
  const folder = root.type === 'chart' || chart.type === 'repository' || chart.type === 'oci' ? '' : chart.path;
  const own = folder === '' ? 'values.yaml' : `${folder}/values.yaml`;
  if (repositoryPath(first.replace(/^\/+/, '')) !== own) {
    const message = `valuesFiles without ${own} first would take the place of the chart's own values`;
    throw new HelmGitopsError('definition.unsupported', 'user', message, { place, hint: `put ${own} first` });
  }
  return others.map((written): ValueSource => {
    const path = repositoryPath(written.replace(/^\/+/, ''));
    if (path !== undefined) return { type: 'files', root, path, glob: false, optional: ignoreMissing, place };
    const message = `${JSON.stringify(written)} leads out of the repository`;
    throw new HelmGitopsError('definition.invalid', 'user', message, { place });
  });
}
