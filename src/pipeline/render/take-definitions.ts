/**
 * Takes a rendered manifest, returns it without the definitions in it, and these. The rest keeps every byte. Definitions are
 * no objects of the cluster: recorded, they would keep Helm from upgrading or uninstalling the release.
 */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import type { Chart } from '../chart/chart.ts';

export interface TakenDefinition {
  /** `apps/templates/children.yaml`, as Helm's comment names it. */
  readonly source: string;
  readonly text: string;
}

/** Kinds that are taken as definitions, by their apiVersion. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  'helm-gitops.io/v1': ['Application'],
  'argoproj.io/v1alpha1': ['Application', 'ApplicationSet', 'AppProject'],
};
const group = /\b(?:helm-gitops|argoproj)\.io\//;
const kind = /\b(?:Application|ApplicationSet|AppProject)\b/;

/** Of Argo CD's group are charts of Rollouts, Workflows and Events too. */
const mayHold = (text: string): boolean => group.test(text) && kind.test(text);

const isDefinition = ({ apiVersion, kind }: KubernetesObject): boolean =>
  Object.hasOwn(kinds, apiVersion) && kinds[apiVersion]?.includes(kind) === true;

/** Many releases share a chart. */
const known = new WeakMap<Chart, boolean>();

/** Whether its templates say so much as the words: nothing of other charts is looked at. */
export function mayHoldDefinitions(chart: Chart): boolean {
  const says = ({ data }: { data: Uint8Array }) => mayHold(Buffer.from(data).toString());
  const found = known.get(chart) ?? (chart.templates.some(says) || chart.dependencies.some(mayHoldDefinitions));
  known.set(chart, found);
  return found;
}

export function takeDefinitions(manifest: string): { manifest: string; taken: readonly TakenDefinition[] } {
  if (!mayHold(manifest)) return { manifest, taken: [] };
  const taken: TakenDefinition[] = [];
  const rest = manifest.split(/^(?=---\n# Source: )/m).filter((document) => {
    if (!mayHold(document)) return true;
    const objects = parseManifest(document);
    if (objects.length === 0 || !objects.every(isDefinition)) return true;
    taken.push({ source: /^# Source: (.*)$/m.exec(document)?.[1] ?? '', text: document });
    return false;
  });
  return { manifest: rest.join(''), taken };
}
