/**
 * Takes the applications that HelmReleases come to, returns them with what git says of each where a condition for a dependency
 * (`readyExpr`) speaks of it. One whose condition cannot be understood is left out, with the reason.
 */
import type { Problem } from '../../../../foundation/base/problem.ts';
import type { LocatedDependency } from '../../locate-settings.ts';
import type { ParsedApplication } from '../../parse-definitions.ts';
import { compileCondition } from './dependency-condition.ts';
import { type FluxObject, shownName } from './flux-object.ts';

export interface TranslatedObject {
  readonly application: ParsedApplication;
  readonly object: FluxObject;
}

export async function withConditions(
  translated: readonly TranslatedObject[],
): Promise<{ readonly applications: ParsedApplication[]; readonly problems: Problem[] }> {
  const problems: Problem[] = [];
  const spoken = new Set<string>();
  const wrong = new Set<TranslatedObject>();
  for (const one of translated) {
    for (const dependency of one.application.settings.dependsOn ?? []) {
      if (dependency.ready === undefined) continue;
      spoken.add(one.application.name).add(dependency.app);
      const program = await compileCondition(dependency.ready);
      if (!('problem' in program)) continue;
      problems.push(problemOf(one.object, dependency, program.problem));
      wrong.add(one);
    }
  }
  const applications = translated.filter((one) => !wrong.has(one)).map((one) => withData(one, spoken));
  return { applications, problems };
}

function problemOf(object: FluxObject, { place }: LocatedDependency, why: string): Problem {
  return {
    code: 'definition.invalid',
    message: `HelmRelease ${shownName(object)}: the condition for a dependency (readyExpr): ${why}`,
    place,
    hint: 'it is a CEL expression over self and dep that is true or false',
  };
}

function withData({ application, object }: TranslatedObject, spoken: ReadonlySet<string>): ParsedApplication {
  const { foreign } = application;
  if (foreign === undefined || !spoken.has(application.name)) return application;
  return { ...application, foreign: { ...foreign, object: { ...foreign.object, data: object.data } } };
}
