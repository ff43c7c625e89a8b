/**
 * Throws where Helm's records are not those of the release that a definition means: those of one in another namespace, or
 * those that it has left behind where they lay before. Beside them a second history would begin. It writes nothing.
 */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import type { ReleaseContext } from './context.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';

export function refuseOtherRelease(definition: ReleaseDefinition, record: ReleaseRecord | undefined): void {
  const { namespace, releaseName } = definition;
  if (record === undefined || record.namespace === namespace) return;
  const where = recordsNamespace(definition);
  const message = `release ${releaseName}, whose records lie in ${where}, is one of namespace ${record.namespace}, not of ${namespace}`;
  const hint = 'give it another releaseName or storageNamespace, or uninstall the other first';
  throw new HelmGitopsError('history.other-release', 'user', message, { hint });
}

/** It is remembered with the release where they lay. */
export async function refuseLeftRecords(
  context: Pick<ReleaseContext, 'history'>,
  definition: ReleaseDefinition,
  state: ReleaseState | undefined,
): Promise<void> {
  const [now, before] = [definition, state?.identity ?? definition].map(recordsNamespace);
  if (now === undefined || before === undefined || now === before) return;
  const { releaseName } = definition;
  if ((await context.history(before, releaseName).marks()).length === 0) return;
  const message = `the records of release ${releaseName} lie in ${before}, and git says ${now}`;
  const hint = `set storageNamespace to ${before}, or move the objects sh.helm.release.v1.${releaseName}.v… to ${now}`;
  throw new HelmGitopsError('history.left-behind', 'user', message, { hint });
}
