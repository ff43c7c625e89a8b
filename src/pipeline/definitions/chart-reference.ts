/**
 * Takes what all levels together say of a chart, returns where it is: in this repository, a chart repository, a registry
 * or another git repository. Mixed or half-given kinds are a user's error at the field that is wrong.
 */
import { asHelmGitopsError, HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { repositoryPath } from '../../foundation/base/repository-path.ts';
import { type GitUrl, holdsPassword, parseGitUrl } from '../../foundation/git/git-url.ts';
import type { LocatedChart } from './locate-settings.ts';
import type { ChartReference } from './release-definition.ts';
import { renderTemplate, type Variables } from './render-template.ts';

type Field = Exclude<keyof LocatedChart, 'places'>;

/** What goes with each kind, which is named by its own field. */
const companions = {
  repository: ['name', 'version', 'verify'],
  oci: ['version', 'verify'],
  git: ['revision', 'path', 'manifests'],
  path: ['manifests'],
} as const satisfies Partial<Record<Field, readonly Field[]>>;

const kinds = ['repository', 'oci', 'git', 'path'] as const;

export function chartReference(
  chart: LocatedChart | undefined,
  otherwise: Place,
  variables: Variables,
): ChartReference {
  const place = chart?.places[''] ?? otherwise;
  const kind = kinds.find((field) => chart?.[field] !== undefined);
  if (chart === undefined || kind === undefined) throw wrong('there is no chart', place, 'give spec.chart: {path: …}');
  refuseMixture(chart, kind);
  const text = (field: Exclude<Field, 'verify' | 'lock' | 'manifests'>) => {
    const written = chart[field];
    return written === undefined ? '' : renderTemplate({ text: written, place: at(chart, field) }, variables);
  };
  const inside = (written: string, field: Field) => insidePath(written, at(chart, field));
  const own = at(chart, kind);
  const { manifests } = chart;
  const { recurse = false, include, exclude } = manifests ?? {};
  const plain = manifests === undefined ? {} : { plain: { explicit: true, recurse, include, exclude } };
  const settings = { lock: chart.lock ?? 'strict', place: own, ...plain } as const;
  if (kind === 'path') return { type: 'path', path: inside(text('path'), 'path'), ...settings };
  const key = (written: string | undefined) => (written === undefined ? undefined : inside(written, 'verify'));
  const [keyring, cosignKey] = [key(chart.verify?.keyring), key(chart.verify?.cosignKey)];
  if (cosignKey !== undefined && kind !== 'oci') {
    const hint = 'chart.verify.keyring is for chart repositories';
    throw wrong(`chart.verify.cosignKey does not go with chart.${kind}`, at(chart, 'verify'), hint);
  }
  const version = text('version').trim();
  if (kind === 'repository') {
    const name = text('name');
    if (name === '') throw wrong('a chart of a repository needs its name', own, 'give chart.name');
    const repository = remoteUrl(text('repository'), /^https?:\/\//i, { place: own, form: 'https://…' });
    return { type: 'repository', repository, name, version, keyring, ...settings };
  }
  if (kind === 'oci') {
    const reference = remoteUrl(text('oci'), /^oci:\/\//, { place: own, form: 'oci://HOST/PATH/NAME' });
    const cosign = cosignKey === undefined ? {} : { cosignKey };
    return { type: 'oci', reference, version, keyring, ...cosign, ...settings };
  }
  const url = gitUrl(text('git'), own);
  return {
    type: 'git',
    url,
    revision: text('revision') || undefined,
    path: inside(text('path') || '.', 'path'),
    keyring,
    ...settings,
  };
}

const at = ({ places }: LocatedChart, field: Field): Place => places[field] ?? (places[''] as Place);

function refuseMixture(chart: LocatedChart, kind: (typeof kinds)[number]): void {
  const fits: readonly string[] = [kind, 'lock', ...companions[kind]];
  const odd = (Object.keys(companions) as Field[])
    .concat(['name', 'version', 'revision', 'verify', 'manifests'])
    .find((field) => chart[field] !== undefined && !fits.includes(field));
  if (odd === undefined) return;
  const hint = `chart.${kind} goes with ${[...companions[kind], 'lock'].join(', ')}`;
  throw wrong(`chart.${odd} does not go with chart.${kind}`, at(chart, odd), hint);
}

function remoteUrl(url: string, scheme: RegExp, { place, form }: { place: Place; form: string }): string {
  if (!scheme.test(url)) throw wrong(`${JSON.stringify(url)} is not of the form ${form}`, place);
  if (/^[a-z]+:\/\/[^/]*@/i.test(url) && !/^[a-z]+:\/\/[^/@]*\/[^@]*@sha256:/i.test(url)) {
    throw wrong('a URL in git holds no name and password', place, 'give them in the configuration, under credentials');
  }
  return url;
}

function gitUrl(text: string, place: Place): string {
  const { type } = parsed(text, place);
  if (type === 'local') {
    throw wrong(`${JSON.stringify(text)} is not a URL`, place, 'a chart of this repository is named by path alone');
  }
  if (!holdsPassword(text)) return text;
  throw wrong('a URL in git holds no name and password', place, 'give them in the configuration, under credentials');
}

function parsed(text: string, place: Place): GitUrl {
  try {
    return parseGitUrl(text);
  } catch (thrown) {
    throw wrong(asHelmGitopsError(thrown).message, place);
  }
}

function insidePath(written: string, place: Place): string {
  const path = repositoryPath(written);
  if (path !== undefined) return path;
  throw wrong(
    `${JSON.stringify(written)} leads out of the repository`,
    place,
    "paths are relative to the repository's root",
  );
}

function wrong(message: string, place: Place, hint?: string): HelmGitopsError {
  return new HelmGitopsError('definition.invalid', 'user', message, { place, hint });
}
