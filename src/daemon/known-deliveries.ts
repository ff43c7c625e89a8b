/** What is remembered of deliveries in all clusters, by application: a version's way leads through several of them. */
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { type DeliveryMeasures, type DeliveryPlace, measureDelivery } from '../pipeline/remediate/measure-delivery.ts';

/** How an application is delivered to an environment: docs/contract.md says how it is counted. */
export interface DeliveryView extends DeliveryMeasures {
  readonly app: string;
}

export interface KnownDeliveries {
  setDeliveries(state: Pick<ReleaseState, 'identity' | 'deliveries'>): void;
  forgetDeliveries(id: string): void;
  /** Of one application, or of all. */
  deliveries(app?: string): readonly DeliveryView[];
}

type Place = DeliveryPlace & { readonly app: string };

export function createKnownDeliveries(now: () => Date): KnownDeliveries {
  const places = new Map<string, Place>();
  return {
    setDeliveries({ identity: { app, environment }, deliveries = [] }) {
      places.set(`${app}/${environment}`, { app, environment, deliveries });
    },
    forgetDeliveries: (id) => void places.delete(id),
    deliveries(only) {
      const all = [...places.values()].filter(({ app }) => only === undefined || app === only);
      return [...Map.groupBy(all, ({ app }) => app)].flatMap(([app, of]) =>
        measureDelivery(of, now().getTime()).map((measures) => ({ app, ...measures })),
      );
    },
  };
}
