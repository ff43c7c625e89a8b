/** How everything is delivered, as `status` prints it: durations are texts. */
import { createKnownDeliveries } from '../../daemon/known-deliveries.ts';
import { formatDuration } from '../../foundation/base/duration.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { FoundRelease } from './open-fleet.ts';

export interface DeliveryRow {
  readonly deployments: number;
  readonly failures: number;
  readonly perDay: number;
  readonly failureRate?: number;
  readonly leadTime?: string;
  readonly timeToRestore?: string;
  readonly path: readonly StageRow[];
}

interface StageRow {
  readonly environment: string;
  readonly revision: string;
  readonly at: string;
  readonly leadTime?: string;
  readonly stageTime?: string;
}

/** By `APP/ENVIRONMENT`. Of releases in clusters that are out of reach nothing is counted. */
export function measureAll(found: readonly Pick<FoundRelease, 'state'>[], now: Date): Map<string, DeliveryRow> {
  const known = createKnownDeliveries(() => now);
  for (const { state } of found) known.setDeliveries(state);
  return new Map(
    known.deliveries().map((one) => {
      const { deployments, failures, perDay, failureRate, leadTime, timeToRestore } = one;
      const row = {
        ...{ deployments, failures, perDay: Number(perDay.toFixed(2)) },
        ...(failureRate === undefined ? {} : { failureRate: Number(failureRate.toFixed(2)) }),
        ...told('leadTime', leadTime),
        ...told('timeToRestore', timeToRestore),
        path: one.path.map(({ environment, revision, at, ...times }) => ({
          ...{ environment, revision, at },
          ...told('leadTime', times.leadTime),
          ...told('stageTime', times.stageTime),
        })),
      };
      return [definitionId(one), row];
    }),
  );
}

const told = <Name extends string>(name: Name, time: number | undefined) =>
  (time === undefined ? {} : { [name]: formatDuration(time) }) as { readonly [key in Name]?: string };
