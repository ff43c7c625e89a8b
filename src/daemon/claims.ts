/**
 * Which repository defines what: a release that two of them claim is deployed from neither, until one lets go. What runs
 * stays. Within one repository the definitions themselves are checked.
 */

import { formatPlace } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';

export interface Claims {
  /** All that a repository defines now. */
  read(repository: string, definitions: readonly ReleaseDefinition[]): void;
  /** False, and told once, while another repository claims the same release or the same name. */
  admit(prepared: PreparedRelease): boolean;
  /** Those that were refused and may go on now. */
  released(): readonly PreparedRelease[];
}

export function createClaims(emit: Emit): Claims {
  const defined = new Map<string, readonly ReleaseDefinition[]>();
  const refused = new Map<string, PreparedRelease>();
  const rivalOf = ({ definition }: PreparedRelease): ReleaseDefinition | undefined => {
    for (const [repository, definitions] of defined) {
      if (repository === definition.origin.repository) continue;
      const rival = definitions.find((other) => clash(definition, other));
      if (rival) return rival;
    }
    return undefined;
  };
  const keyOf = ({ definition }: PreparedRelease) => `${definition.origin.repository} ${definitionId(definition)}`;
  return {
    read(repository, definitions) {
      defined.set(repository, definitions);
      const ids = new Set(definitions.map(definitionId));
      for (const [key, { definition }] of refused)
        if (definition.origin.repository === repository && !ids.has(definitionId(definition))) refused.delete(key);
    },
    admit(prepared) {
      const key = keyOf(prepared);
      const rival = rivalOf(prepared);
      const wasRefused = refused.has(key);
      if (!rival) {
        refused.delete(key);
        return true;
      }
      refused.set(key, prepared);
      if (!wasRefused) emit(conflictEvent(prepared, rival));
      return false;
    },
    released() {
      const free = [...refused].filter(([, prepared]) => rivalOf(prepared) === undefined);
      for (const [key] of free) refused.delete(key);
      return free.map(([, prepared]) => prepared);
    },
  };
}

function clash(a: ReleaseDefinition, b: ReleaseDefinition): boolean {
  if (definitionId(a) === definitionId(b)) return true;
  if (a.cluster !== b.cluster || a.releaseName !== b.releaseName) return false;
  return a.namespace === b.namespace || recordsNamespace(a) === recordsNamespace(b);
}

function conflictEvent({ definition }: PreparedRelease, rival: ReleaseDefinition) {
  const { file, line, column } = definition.origin.place;
  const { origin, releaseName, namespace, cluster } = rival;
  const message = `${definitionId(definition)}: repository ${origin.repository} defines it too (${formatPlace(origin.place)}: release ${releaseName} in namespace ${namespace} of cluster ${cluster})`;
  return {
    event: 'definition.invalid',
    repository: definition.origin.repository,
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    message,
    hint: 'what runs stays as it is, and neither is deployed until one of them is gone',
    code: 'definition.conflict',
  } as const;
}
