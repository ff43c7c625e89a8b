/**
 * Tells of drift where people look at the object itself: as Kubernetes Events (`kubectl describe`). Best effort: who has
 * no right to write them, or has too many, is none the worse.
 */
import { randomBytes } from 'node:crypto';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { driftFields, type Standing } from './drift-report.ts';

export interface DriftEventsOptions {
  readonly client: ClusterClient;
  readonly now: () => Date;
  readonly mask: (text: string) => string;
  readonly signal: AbortSignal;
}

type What = 'found' | 'corrected' | 'resolved';

/** Under way at once: a whole namespace that drifts is not told at the cost of everything else. */
const mostAtOnce = 20;

export function createDriftEvents(
  options: DriftEventsOptions,
): (what: What, definition: ReleaseDefinition, entry: Standing) => void {
  let underWay = 0;
  return (what, definition, entry) => {
    if (underWay >= mostAtOnce || entry.drift.kind === 'extra') return;
    underWay += 1;
    const { client, signal } = options;
    client
      .create(eventOf(options, { what, definition, entry }), { fieldManager: 'helm-gitops', signal })
      .catch(() => undefined)
      .finally(() => {
        underWay -= 1;
      });
  };
}

interface Told {
  readonly what: What;
  readonly definition: ReleaseDefinition;
  readonly entry: Standing;
}

function eventOf({ now, mask }: DriftEventsOptions, { what, definition, entry }: Told): KubernetesObject {
  const { recorded, live } = entry.drift;
  const { name = '', namespace } = recorded.metadata;
  const time = now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  // The API takes events of what lies in no namespace in this one only.
  const place = namespace ?? 'default';
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 200)}.${randomBytes(8).toString('hex')}`, namespace: place },
    involvedObject: {
      apiVersion: recorded.apiVersion,
      kind: recorded.kind,
      name,
      ...(namespace ? { namespace } : {}),
      ...(live?.metadata.uid ? { uid: live.metadata.uid } : {}),
    },
    type: what === 'found' ? 'Warning' : 'Normal',
    reason: `Drift${what.charAt(0).toUpperCase()}${what.slice(1)}`,
    message: mask(sentence(what, definition, entry)).slice(0, 1000),
    source: { component: 'helm-gitops' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

function sentence(what: What, definition: ReleaseDefinition, entry: Standing): string {
  const { field, recorded, live, fields, manager, kind } = driftFields(definition, entry);
  const release = `release ${definition.releaseName} (${definition.app} in ${definition.environment})`;
  if (what === 'resolved') return `is again what ${release} recorded`;
  if (what === 'corrected') return `was put back to what ${release} recorded`;
  if (kind === 'missing') return `is missing: ${release} recorded it`;
  const more = fields > 1 ? ` and ${fields - 1} more` : '';
  return `${field} is ${live} where ${release} recorded ${recorded}${more}, by ${manager}`;
}
