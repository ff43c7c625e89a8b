/** Takes a hook as it is rendered, returns it as a record holds it before it has run. */
import type { RecordedHook } from '../../foundation/history/release-record.ts';
import type { Hook } from '../render/rendered-release.ts';

export const recordedHook = ({ deletePolicies, outputLogPolicies, ...hook }: Hook): RecordedHook => ({
  ...hook,
  delete_policies: deletePolicies,
  output_log_policies: outputLogPolicies,
});
