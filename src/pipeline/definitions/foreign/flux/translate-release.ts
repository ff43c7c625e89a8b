/**
 * Takes a HelmRelease and what lies beside it, returns it as an application of ours, or what is wrong with it. Pure: it
 * knows no cluster; which repository this is, is asked for when it is resolved.
 */
import { createHash } from 'node:crypto';
import type { Problem } from '../../../../foundation/base/problem.ts';
import { checkDocument } from '../../../../foundation/document/check-document.ts';
import type { ParsedApplication } from '../../parse-definitions.ts';
import type { ReleaseDefinition } from '../../release-definition.ts';
import { checkFields, fieldTable } from '../check-fields.ts';
import { dropNulls } from '../drop-nulls.ts';
import type { ForeignDestination, PlacedText } from '../foreign-application.ts';
import { applicationName, type FluxObject, mapOf, shownName, textOf } from './flux-object.ts';
import type { FluxWorld } from './flux-world.ts';
import { locateChart } from './locate-chart.ts';
import { releaseFields } from './release-fields.table.ts';
import { type HelmRelease, helmReleaseSchema } from './release-schema.ts';
import { releaseSettings } from './release-settings.ts';
import { releaseValues, valuesFilesOf } from './release-values.ts';

export interface TranslatedRelease {
  readonly application: ParsedApplication | undefined;
  readonly problems: readonly Problem[];
}

/** How the Kustomization that leads to it applies it. */
export interface AppliedBy {
  readonly prune: boolean;
  /** `NAMESPACE/NAME` of the Secret with a kubeconfig; undefined: the cluster that Flux runs in. */
  readonly kubeConfig: PlacedText | undefined;
}

const table = fieldTable(releaseFields);
/** Flux's own, as long as the newest version serves them. */
const served = ['helm.toolkit.fluxcd.io/v2', 'helm.toolkit.fluxcd.io/v2beta2', 'helm.toolkit.fluxcd.io/v2beta1'];

export function translateRelease(release: FluxObject, world: FluxWorld, by: AppliedBy): TranslatedRelease {
  const data = dropNulls(release.data, ['values']);
  const label = `HelmRelease ${shownName(release)}`;
  const checked = checkDocument(helmReleaseSchema, { data, place: release.place, code: 'definition.invalid' });
  const { value } = checked;
  if (value === undefined)
    return {
      application: undefined,
      problems: checked.problems.map((one) => ({ ...one, message: `${label}: ${one.message}` })),
    };
  const namespace = value.metadata.namespace ?? 'default';
  const fields = checkFields(data, { table, document: release, label });
  const translated = releaseSettings({ value, release, namespace, prune: by.prune });
  const problems = [...fields.refused, ...wrongParts(value, release), ...translated.problems];
  if (problems.length > 0) return { application: undefined, problems };
  const notices = [...fields.notices, ...translated.notices];
  const { settings } = translated;
  return { application: applicationOf(value, { release, world, by, namespace, settings, notices }), problems: [] };
}

function wrongParts({ spec }: HelmRelease, release: FluxObject): Problem[] {
  const problem = (message: string, hint?: string): Problem => ({
    code: 'definition.invalid',
    message: `HelmRelease ${shownName(release)}: ${message}`,
    place: release.place(['spec'], 'key'),
    hint,
  });
  if (spec.chart !== undefined && spec.chartRef !== undefined)
    return [problem('both chart and chartRef are given', 'one of them is enough')];
  return spec.chart === undefined && spec.chartRef === undefined
    ? [problem('there is no chart', 'give spec.chart or spec.chartRef')]
    : [];
}

interface Translating {
  readonly release: FluxObject;
  readonly world: FluxWorld;
  readonly by: AppliedBy;
  readonly namespace: string;
  readonly settings: ParsedApplication['settings'];
  readonly notices: readonly Problem[];
}

function applicationOf(value: HelmRelease, translating: Translating): ParsedApplication {
  const { release, world, namespace, settings, notices } = translating;
  const { metadata, spec } = value;
  const target = spec.targetNamespace ?? namespace;
  const place = release.place(['metadata', 'name']);
  const [apiVersion, ...otherVersions] = [...new Set([...served, release.apiVersion])];
  return {
    name: applicationName(metadata.namespace ?? '', metadata.name),
    place,
    project: undefined,
    projectPlace: place,
    apps: undefined,
    settings,
    environments: undefined,
    foreign: {
      object: {
        tool: 'Flux',
        apiVersion: apiVersion ?? '',
        otherVersions,
        kind: 'HelmRelease',
        namespace,
        name: metadata.name,
      },
      destination: {
        cluster: clusterOf(value, translating),
        namespace: { text: target, place: release.place(['spec', 'targetNamespace']) },
      },
      releaseName: releaseNameOf(value, release),
      storageNamespace: {
        text: spec.storageNamespace ?? namespace,
        place: release.place(['spec', spec.storageNamespace ? 'storageNamespace' : 'targetNamespace']),
      },
      ...(spec.serviceAccountName ? { serviceAccount: `${namespace}/${spec.serviceAccountName}` } : {}),
      createNamespace: createdNamespace(target, spec.install?.createNamespace ?? false, world),
      locate: ({ own }) => {
        const located = locateChart({ spec, release, namespace, world, own });
        const values = [...valuesFilesOf(located), ...releaseValues({ spec, release, namespace, world })];
        return { chart: located.chart, repositories: located.repositories, values };
      },
      notices,
    },
  };
}

function clusterOf({ spec }: HelmRelease, { release, by, namespace }: Translating): ForeignDestination['cluster'] {
  const named = spec.kubeConfig?.secretRef ?? spec.kubeConfig?.configMapRef;
  if (named !== undefined)
    return { by: 'name', text: `${namespace}/${named.name}`, place: release.place(['spec', 'kubeConfig']) };
  return { by: 'name', ...(by.kubeConfig ?? { text: 'in-cluster', place: release.place(['metadata', 'name']) }) };
}

/** Flux's: at most 53 characters, the rest as a hash. */
function releaseNameOf({ metadata, spec }: HelmRelease, release: FluxObject): PlacedText {
  const { releaseName, targetNamespace } = spec;
  const place = release.place(releaseName ? ['spec', 'releaseName'] : ['metadata', 'name']);
  const name = releaseName || (targetNamespace ? `${targetNamespace}-${metadata.name}` : metadata.name);
  if (name.length <= 53) return { text: name, place };
  return { text: `${name.slice(0, 40)}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`, place };
}

/** Asked for, or applied beside it as a Namespace. */
function createdNamespace(name: string, asked: boolean, world: FluxWorld): ReleaseDefinition['createNamespace'] {
  const object = world.namespace(name);
  if (object === undefined) return asked && { labels: {}, annotations: {} };
  const { labels, annotations } = mapOf(object.data['metadata']);
  const texts = (map: ReturnType<typeof mapOf>) =>
    Object.fromEntries(Object.entries(map).map(([key, value]) => [key, textOf(value)]));
  return { labels: texts(mapOf(labels)), annotations: texts(mapOf(annotations)) };
}
