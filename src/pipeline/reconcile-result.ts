/** What one look at a release came to, for whoever keeps it: what happened, and what is to be done about it. */
import type { JsonObject } from '../foundation/manifest/object.ts';
import type { Quarantine, ReleaseState, RepeatedSource } from '../foundation/state/release-state.ts';
import type { Outcome } from './deploy-revision.ts';
import type { NextStep } from './plan/next-step.ts';
import type { Plan } from './plan/plan.ts';

export type ReconcileResult =
  | { readonly result: 'settled' | 'superseded'; readonly state: ReleaseState | undefined }
  | { readonly result: 'held'; readonly step: Extract<NextStep, { step: 'hold' }> }
  /** A rollback of ours was cut short: it is to be begun again. */
  | {
      readonly result: 'rollback';
      readonly from: number;
      readonly to: number | undefined;
      readonly repeats: RepeatedSource | undefined;
      readonly group: Quarantine['group'];
      readonly versions: readonly number[];
    }
  | {
      readonly result: 'deployed';
      readonly version: number;
      readonly previous: number | undefined;
      readonly duration: number;
      readonly trigger: string;
      readonly plan: Plan;
      readonly before: JsonObject | undefined;
      /** Which of these came from a Secret. */
      readonly secretKeys: readonly string[] | undefined;
      /** False: older records are still to be put in order, which another look does. */
      readonly tidy: boolean;
    }
  | {
      readonly result: 'failed';
      readonly version: number;
      readonly outcome: Extract<Outcome, { status: 'failed' }>;
      readonly versions: readonly number[];
    };
