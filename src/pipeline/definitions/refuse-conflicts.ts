/**
 * Takes release definitions, returns those that can live with each other: two that claim one release are both refused, and
 * so are those that wait for each other in a circle. Pure; also for the definitions of several repositories together.
 */
import type { Place } from '../../foundation/base/errors.ts';
import { formatPlace } from '../../foundation/base/errors.ts';
import type { Problem } from '../../foundation/base/problem.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import { definitionId, type ReleaseDefinition } from './release-definition.ts';

export interface Agreement {
  readonly definitions: readonly ReleaseDefinition[];
  readonly refused: readonly ReleaseDefinition[];
  readonly problems: readonly Problem[];
}

export function refuseConflicts(definitions: readonly ReleaseDefinition[]): Agreement {
  const problems: Problem[] = [];
  const refused = new Set<ReleaseDefinition>();
  refuseSharedPasts(definitions, refused, problems);
  const heirs = new Set(refused);
  const claims: [string, (definition: ReleaseDefinition) => string, (definition: ReleaseDefinition) => string][] = [
    ['definition.duplicate', definitionId, ({ app }) => `application ${app}`],
    ['definition.conflict', releaseId, releaseLabel],
    ['definition.conflict', recordsId, recordsLabel],
  ];
  for (const [code, key, label] of claims) {
    for (const claimants of Map.groupBy(definitions, key).values()) {
      // Heirs of one release claim it: that is told already.
      if (claimants.length < 2 || claimants.every((claimant) => heirs.has(claimant))) continue;
      // Who claims one release claims its records: that is told already too.
      if (key === recordsId && new Set(claimants.map(releaseId)).size === 1) continue;
      for (const claimant of claimants) {
        refused.add(claimant);
        const others = claimants.filter((other) => other !== claimant).map(nameWithPlace);
        const message = `${label(claimant)} of ${definitionId(claimant)} is also claimed by ${others.join(', ')}`;
        const hint = 'both are refused; what runs stays as it is';
        problems.push({ code, message, place: claimant.origin.place, hint });
      }
    }
  }
  refuseCircles(definitions, refused, problems);
  return { definitions: definitions.filter((definition) => !refused.has(definition)), refused: [...refused], problems };
}

/** A release that runs under an old name goes on under one new name. */
function refuseSharedPasts(
  definitions: readonly ReleaseDefinition[],
  refused: Set<ReleaseDefinition>,
  problems: Problem[],
): void {
  const claims = definitions.flatMap((definition) =>
    [...new Set(definition.formerly)].map((app) => ({ definition, former: definitionId({ ...definition, app }) })),
  );
  for (const [former, claimants] of Map.groupBy(claims, (claim) => claim.former)) {
    if (claimants.length < 2) continue;
    for (const { definition } of claimants) {
      refused.add(definition);
      const others = claimants.filter((other) => other.definition !== definition).map((one) => one.definition);
      const message = `${definitionId(definition)} was formerly ${former}, and so was ${others.map(nameWithPlace).join(', ')}`;
      const hint = 'take the name out of "formerly" of all but one; until then what runs stays as it is';
      problems.push({ code: 'definition.conflict', message, place: definition.origin.place, hint });
    }
  }
}

function releaseId({ cluster, namespace, releaseName }: ReleaseDefinition): string {
  return `${cluster}/${namespace}/${releaseName}`;
}

function releaseLabel({ cluster, namespace, releaseName }: ReleaseDefinition): string {
  return `release ${releaseName} in namespace ${namespace} of cluster ${cluster}`;
}

/** Helm tells releases apart by the namespace of their records. */
function recordsId(definition: ReleaseDefinition): string {
  return `${definition.cluster}/${recordsNamespace(definition)}/${definition.releaseName}`;
}

function recordsLabel(definition: ReleaseDefinition): string {
  return `Helm's record of release ${definition.releaseName} in namespace ${recordsNamespace(definition)} of cluster ${definition.cluster}`;
}

function nameWithPlace(definition: ReleaseDefinition): string {
  return `${definitionId(definition)} (${formatPlace(definition.origin.place)})`;
}

interface Visit {
  readonly byId: ReadonlyMap<string, ReleaseDefinition>;
  readonly done: Set<string>;
  readonly circles: string[][];
}

function refuseCircles(all: readonly ReleaseDefinition[], refused: Set<ReleaseDefinition>, problems: Problem[]): void {
  const byId = new Map(all.map((definition) => [definitionId(definition), definition]));
  const visit: Visit = { byId, done: new Set(), circles: [] };
  for (const id of byId.keys()) findCircles(id, visit);
  for (const circle of visit.circles) {
    const names = [...circle, circle[0]].join(' → ');
    for (const id of circle) {
      const member = byId.get(id);
      if (member === undefined) continue;
      refused.add(member);
      const place: Place = member.origin.place;
      const message = `applications wait for each other in a circle: ${names}`;
      problems.push({ code: 'definition.cycle', message, place, hint: 'take one of them out of dependsOn' });
    }
  }
}

/** Depth first without recursion: a chain of dependencies may be long. */
function findCircles(start: string, { byId, done, circles }: Visit): void {
  const path: string[] = [];
  const onPath = new Set<string>();
  const stack: { id: string; leave: boolean }[] = [{ id: start, leave: false }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { id, leave } = next;
    if (leave) {
      onPath.delete(id);
      path.pop();
      done.add(id);
    } else if (onPath.has(id)) {
      circles.push(path.slice(path.indexOf(id)));
    } else if (!done.has(id)) {
      onPath.add(id);
      path.push(id);
      stack.push({ id, leave: true });
      for (const { app, environment } of byId.get(id)?.settings.dependsOn ?? []) {
        const target = `${app}/${environment}`;
        if (byId.has(target)) stack.push({ id: target, leave: false });
      }
    }
  }
}
