/** Takes resolved releases, refuses those that wait for an application that does not exist. Pure. */
import type { Problem } from '../../foundation/base/problem.ts';
import { suggestionHint } from '../../foundation/document/suggest-name.ts';
import { definitionId, type ReleaseDefinition } from './release-definition.ts';
import type { ResolvedRelease } from './resolve-release.ts';

export interface KnownApplications {
  /** Every name there is, refused ones included. */
  readonly known: ReadonlySet<string>;
  /** Those of other repositories, whose environments are not known here. */
  readonly others: ReadonlySet<string>;
  /** False while some files are not understood: what is unknown may be in one of them. */
  readonly complete: boolean;
}

export interface DependenciesChecked {
  readonly definitions: readonly ReleaseDefinition[];
  readonly refused: readonly ReleaseDefinition[];
  readonly problems: readonly Problem[];
}

export function checkDependencies(
  releases: readonly ResolvedRelease[],
  { known, others, complete }: KnownApplications,
): DependenciesChecked {
  const ids = new Set(releases.map(({ definition }) => definitionId(definition)));
  const definitions: ReleaseDefinition[] = [];
  const refused: ReleaseDefinition[] = [];
  const problems: Problem[] = [];
  for (const { definition, dependencyPlaces } of releases) {
    const before = problems.length;
    for (const [index, { app, environment, optional }] of definition.settings.dependsOn.entries()) {
      if (optional || others.has(app) || ids.has(`${app}/${environment}`) || !complete) continue;
      const place = dependencyPlaces[index];
      const message = known.has(app)
        ? `application ${app}, on which ${definition.app} depends, does not run in environment ${environment}`
        : `there is no application ${JSON.stringify(app)} to depend on`;
      const hint = known.has(app) ? 'or mark it as optional: true' : suggestionHint(app, [...known]);
      problems.push({ code: 'definition.dependency', message, place, hint });
    }
    (problems.length > before ? refused : definitions).push(definition);
  }
  return { definitions, refused, problems };
}
