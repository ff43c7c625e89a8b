/**
 * Takes the folders of a repository that Flux would apply, returns the application that each HelmRelease in them comes to, by
 * the file that holds it, and everything that is wrong with them: one broken object never takes others down.
 */
import type { Problem } from '../../../../foundation/base/problem.ts';
import type { CheckoutFiles } from '../../../source/checkout-files.ts';
import type { ParsedApplication } from '../../parse-definitions.ts';
import type { Leading } from '../../release-definition.ts';
import type { OwnRepository } from '../foreign-application.ts';
import { checkSource } from './check-source.ts';
import { type KnownFluxFiles, openFluxFiles } from './flux-files.ts';
import { applicationName, type FluxObject, groupOf, shownName } from './flux-object.ts';
import { fluxWorld } from './flux-world.ts';
import { type AppliedObject, type FollowedKustomization, followKustomizations } from './follow-kustomizations.ts';
import { readinessOf } from './kustomization-readiness.ts';
import { tellOthers } from './tell-others.ts';
import { type AppliedBy, translateRelease } from './translate-release.ts';
import { withConditions } from './with-conditions.ts';

export interface FluxRead {
  readonly applications: readonly ParsedApplication[];
  readonly problems: readonly Problem[];
  readonly notices: readonly Problem[];
  /** Every file of the repository, wherever it lies. */
  readonly present: readonly string[];
}

export interface FluxFolders {
  readonly roots: readonly string[];
  readonly own: OwnRepository;
  readonly files: Pick<CheckoutFiles, 'list' | 'read'>;
}

export async function readFlux({ roots, own, files }: FluxFolders, known: KnownFluxFiles): Promise<FluxRead> {
  const opened = await openFluxFiles(files, known);
  const followed = await followKustomizations({ roots, own, files: opened });
  const problems = [...followed.problems];
  const world = fluxWorld(followed.applied.map(({ object }) => object));
  const releases = followed.applied.filter(({ object }) => isRelease(object));
  const twins = new Set<AppliedObject>();
  for (const same of Map.groupBy(releases, ({ object }) => shownName(object)).values()) {
    if (same.length < 2) continue;
    for (const one of same) twins.add(one);
    problems.push(...same.map((one) => duplicate(one, same)));
  }
  const waits = readinessOf(followed.applied);
  const translated = releases.flatMap((one) => {
    if (twins.has(one)) return [];
    const { application, problems: own } = translateRelease(one.object, world, appliedBy(one.by));
    problems.push(...own);
    if (application === undefined) return [];
    const whole = { ...application, through: leadingOf(one.by) };
    return [{ application: suspendedBy(withDependencies(whole, waits(one)), one.by), object: one.object }];
  });
  const { applications, problems: wrong } = await withConditions(translated);
  problems.push(...wrong);
  const ofSources = followed.applied.flatMap(({ object }) => checkSource(object)?.notices ?? []);
  const notices = [...followed.notices, ...ofSources, ...tellOthers(followed.applied, applications)];
  return { applications, problems, notices, present: [...opened.own.keys()] };
}

export function isRelease({ kind, apiVersion }: Pick<FluxObject, 'kind' | 'apiVersion'>): boolean {
  return kind === 'HelmRelease' && groupOf(apiVersion) === 'helm.toolkit.fluxcd.io';
}

function duplicate({ object }: AppliedObject, same: readonly AppliedObject[]): Problem {
  const by = [...new Set(same.map((one) => one.by?.key ?? one.object.place([]).file))].join(' and ');
  return {
    code: 'definition.duplicate',
    message: `HelmRelease ${shownName(object)} is applied ${same.length} times: by ${by}`,
    place: object.place(['metadata', 'name']),
    hint: 'where these are of several clusters, give the repository the path of one: clusters/production',
  };
}

function appliedBy(by: FollowedKustomization | undefined): AppliedBy {
  const named = ({ spec: { kubeConfig } }: FollowedKustomization) => kubeConfig?.secretRef ?? kubeConfig?.configMapRef;
  const outer = outwards(by).find((one) => named(one) !== undefined);
  const name = outer && named(outer)?.name;
  const place = outer?.object.place(['spec', 'kubeConfig']) ?? { file: '' };
  return {
    prune: by?.spec.prune ?? by === undefined,
    kubeConfig: name === undefined ? undefined : { text: `${outer?.object.namespace}/${name}`, place },
  };
}

function outwards(by: FollowedKustomization | undefined): FollowedKustomization[] {
  return by === undefined ? [] : [by, ...outwards(by.parent)];
}

function leadingOf(by: FollowedKustomization | undefined): Leading[] {
  return outwards(by)
    .map(({ object, key }) => ({ file: object.place([]).file, name: key }))
    .reverse();
}

function suspendedBy(application: ParsedApplication, by: FollowedKustomization | undefined): ParsedApplication {
  if (!outwards(by).some(({ spec }) => spec.suspend)) return application;
  const { settings } = application;
  return { ...application, settings: { ...settings, sync: { ...settings.sync, suspend: true } } };
}

function withDependencies(
  application: ParsedApplication,
  waits: readonly { readonly object: FluxObject; readonly by: FollowedKustomization }[],
): ParsedApplication {
  const given = application.settings.dependsOn ?? [];
  const known = new Set(given.map(({ app }) => app));
  const more = waits.flatMap(({ object, by }) => {
    const app = applicationName(object.namespace, object.name);
    if (app === application.name || known.has(app)) return [];
    known.add(app);
    return [{ app, environment: undefined, optional: true, place: by.object.place(['spec', 'dependsOn'], 'key') }];
  });
  if (more.length === 0) return application;
  return { ...application, settings: { ...application.settings, dependsOn: [...given, ...more] } };
}
