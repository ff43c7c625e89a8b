/** Takes what a HelmRelease says of how it is deployed, returns the settings that mean the same. Pure. */
import type { Problem } from '../../../../foundation/base/problem.ts';
import type { Path } from '../../../../foundation/document/read-documents.ts';
import type { LocatedSettings } from '../../locate-settings.ts';
import type { ObjectPatch } from '../../release-definition.ts';
import { applicationName, type FluxObject, shownName } from './flux-object.ts';
import { type HelmRelease, type HelmReleaseSpec, milliseconds } from './release-schema.ts';

export interface SettingsQuestion {
  readonly value: HelmRelease;
  readonly release: FluxObject;
  readonly namespace: string;
  /** Whether the Kustomization that applies it deletes what is gone. */
  readonly prune: boolean;
}

export interface TranslatedSettings {
  readonly settings: LocatedSettings;
  readonly problems: readonly Problem[];
  readonly notices: readonly Problem[];
}

export function releaseSettings(question: SettingsQuestion): TranslatedSettings {
  const { value, release, namespace, prune } = question;
  const { metadata, spec } = value;
  const problems: Problem[] = [];
  const notices: Problem[] = [];
  const problem = (path: Path, message: string): Problem => ({
    code: 'definition.unsupported',
    message: `HelmRelease ${shownName(release)}: ${message}`,
    place: release.place(path),
  });
  const refuse = (path: Path, message: string) => problems.push(problem(path, message));
  const tell = (path: Path, message: string) => notices.push(problem(path, message));
  const { ignore, understood } = ignoresOf(spec, tell);
  const annotations = metadata.annotations ?? {};
  const keeps = !prune || annotations['kustomize.toolkit.fluxcd.io/prune'] === 'disabled';
  const timeout = milliseconds(spec.upgrade?.timeout ?? spec.timeout ?? spec.install?.timeout);
  const interval = milliseconds(spec.interval);
  return {
    settings: {
      ...(annotations['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled' ? { mode: 'observe' } : {}),
      sync: { automatic: true, prune: true, suspend: spec.suspend ?? false, ...(interval ? { interval } : {}) },
      onRemove: keeps ? 'keep' : 'uninstall',
      crds: crdsOf(spec),
      ...(timeout === undefined ? {} : { timeout }),
      tests: spec.test?.enable ?? false,
      drift: { policy: spec.driftDetection?.mode === 'enabled' && understood ? 'correct' : 'report', ignore },
      rollback: rollbackOf(spec),
      patches: patchesOf(question, refuse),
      dependsOn: (spec.dependsOn ?? []).map(({ name, namespace: other = namespace, readyExpr: ready }, index) => ({
        app: applicationName(other, name),
        environment: undefined,
        optional: false,
        ...(ready ? { ready } : {}),
        place: release.place(['spec', 'dependsOn', index]),
      })),
    },
    problems,
    notices,
  };
}

function crdsOf({ install, upgrade }: HelmReleaseSpec): 'skip' | 'create' | 'createReplace' {
  const policies = { Skip: 'skip', Create: 'create', CreateReplace: 'createReplace' } as const;
  const ofInstall = install?.crds ?? (install?.skipCRDs ? 'Skip' : undefined);
  return policies[upgrade?.crds ?? ofInstall ?? 'Create'];
}

const defaultRetry = 5 * 60_000;
const retry = 'RetryOnFailure';

/** Without remediation a failed upgrade stays as it is, as in Flux. There is one way to try again, of installs and upgrades. */
function rollbackOf({ install, upgrade }: HelmReleaseSpec): NonNullable<LocatedSettings['rollback']> {
  const { remediation, strategy } = upgrade ?? {};
  const last = remediation?.remediateLastFailure ?? (remediation?.retries ?? 0) !== 0;
  const remediates =
    strategy?.name !== retry && remediation !== undefined && (last || (remediation.retries ?? 0) !== 0);
  const [first] = [strategy, install?.strategy].filter((one) => one?.name === retry);
  const tries = first !== undefined && !remediates;
  return {
    on: remediates ? ['failure'] : [],
    firstInstall: install?.remediation?.remediateLastFailure ? 'uninstall' : 'leave',
    ...(tries ? { retryAfter: milliseconds(first.retryInterval) ?? defaultRetry } : {}),
  };
}

function ignoresOf({ driftDetection }: HelmReleaseSpec, tell: (path: Path, message: string) => void) {
  let understood = true;
  const ignore = (driftDetection?.ignore ?? []).flatMap(({ paths, target = {} }, index) => {
    if (target.labelSelector || target.annotationSelector) {
      understood = false;
      return [];
    }
    const name = target.name ? plainName(target.name) : undefined;
    if (target.name && name === undefined) {
      understood = false;
      const at = ['spec', 'driftDetection', 'ignore', index, 'target', 'name'];
      tell(at, 'an expression for names is not honoured, so drift is only reported');
      return [];
    }
    // `''` is the whole object.
    const given = paths.includes('') ? {} : { paths: paths.map((path) => (path.startsWith('/') ? path : `/${path}`)) };
    return [{ ...(target.kind ? { kind: target.kind } : {}), ...(name === undefined ? {} : { name }), ...given }];
  });
  return { ignore, understood };
}

/** A regular expression of nothing but a name and `.*`, as a glob. */
export function plainName(expression: string): string | undefined {
  const plain = expression.replace(/^\^|\$$/g, '');
  return /^([-A-Za-z0-9]|\.\*|\\?\.)+$/.test(plain) ? plain.replaceAll('.*', '*').replaceAll('\\.', '.') : undefined;
}

/** Flux itself marks every object of a release. */
function patchesOf(
  { value: { metadata, spec }, release, namespace }: SettingsQuestion,
  refuse: (path: Path, message: string) => void,
): ObjectPatch[] {
  const rendered = (spec.postRenderers ?? []).flatMap(({ kustomize }, index) =>
    (kustomize?.patches ?? []).map(({ patch, target = {} }, position): ObjectPatch => {
      const path = ['spec', 'postRenderers', index, 'kustomize', 'patches', position];
      const name = target.name ? plainName(target.name) : undefined;
      if (target.name && name === undefined)
        refuse([...path, 'target', 'name'], 'an expression for names is not supported');
      if (target.labelSelector && !/^[^=!<>()\s]+\s*(!=|==?)\s*[^=!<>()\s]*(,|$)/.test(target.labelSelector))
        refuse([...path, 'target', 'labelSelector'], 'this label selector is not supported');
      const given = Object.entries({
        group: target.group,
        kind: target.kind,
        name,
        labels: target.labelSelector,
      }).filter(([, text]) => text);
      return { target: Object.fromEntries(given), patch, optional: true, place: release.place(path) };
    }),
  );
  const { labels = {}, annotations } = spec.commonMetadata ?? {};
  const marks = {
    'helm.toolkit.fluxcd.io/name': metadata.name,
    'helm.toolkit.fluxcd.io/namespace': namespace,
  };
  const all = { labels: { ...labels, ...marks }, ...(annotations === undefined ? {} : { annotations }) };
  const place = release.place(spec.commonMetadata ? ['spec', 'commonMetadata'] : ['metadata', 'name']);
  return [...rendered, { target: { name: '*' }, patch: { metadata: all }, optional: true, place }];
}
