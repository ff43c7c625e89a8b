/** Takes the deliveries of a release that are remembered, returns them with one more, or with what became of the last. */
import type { Delivery } from '../../foundation/state/delivery.ts';

type Deliveries = readonly Delivery[] | undefined;

/** So many are kept, the newest last. */
const kept = 20;

/** Ready for the first time: a repair, or the same again, is none. It puts right what failed before. */
export function withDelivered(deliveries: Deliveries, delivery: Delivery & { readonly at: string }): Deliveries {
  const last = deliveries?.at(-1);
  if (last?.digest === delivery.digest && last.failed === undefined) return deliveries;
  return [...(withRestored(deliveries, delivery.at) ?? []), delivery].slice(-kept);
}

/** Of one try that failed again and again, the first counts. */
export function withFailed(deliveries: Deliveries, failed: Delivery & { readonly failed: string }): Deliveries {
  const last = deliveries?.at(-1);
  const isAnother = last?.digest !== failed.digest || (last.failed !== undefined && last.restored !== undefined);
  if (isAnother) return [...(deliveries ?? []), failed].slice(-kept);
  if (last.failed !== undefined) return deliveries;
  return [...(deliveries ?? []).slice(0, -1), { ...last, failed: failed.failed }];
}

/** What runs now is not bad. */
export function withRestored(deliveries: Deliveries, at: string): Deliveries {
  return deliveries?.map((one) => (one.failed && !one.restored ? { ...one, restored: at } : one));
}
