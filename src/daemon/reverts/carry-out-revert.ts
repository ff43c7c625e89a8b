/**
 * Carries a planned revert out: as a commit on the branch that is followed, or on one of its own with a pull request, and
 * notes in the incident what was done. A request that is of no use any more is closed.
 */

import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { RevertPlan } from '../../pipeline/plan-revert.ts';
import { incidentId, revertTrailer } from '../../pipeline/remediate/describe-revert.ts';
import { ownBranch } from '../../pipeline/source/own-branch.ts';
import { note, type Owed, type Reverting, takenBack, tell } from './reverting.ts';

type Ready = Extract<RevertPlan, { revert: 'ready' }>;

export async function carryOut(reverting: Reverting, owed: Owed, plan: Ready): Promise<void> {
  const { prepared } = owed;
  const { checkout, definition } = prepared;
  const asRequest = definition.settings.rollback.revert === 'pullRequest';
  if (asRequest) return await propose(reverting, owed, plan);
  const { files, message } = plan;
  const written = await reverting.write({ checkout, files, message });
  const fields = fieldsOf(owed, plan);
  if (written.type === 'edited') {
    await note(reverting, owed, { outcome: 'edited', message: 'taken back in the local folder, for you to commit' });
    tell(reverting, prepared, { event: 'revert.committed', ...fields });
  } else if (written.type === 'pushed') {
    const { commit, branch } = written;
    await note(reverting, owed, { outcome: 'committed', commit, branch, message: takenBack(commit) });
    tell(reverting, prepared, { event: 'revert.committed', ...fields, commit, branch });
  }
  reverting.onWritten(checkout.repository);
}

async function propose(reverting: Reverting, owed: Owed, plan: Ready): Promise<void> {
  const { checkout, definition } = owed.prepared;
  const { files, message } = plan;
  const aside = { ...ownBranch('revert', definition), ours: [], trailer: revertTrailer(definitionId(definition)) };
  const written = await reverting.write({ checkout, files, message, aside });
  if (written.type !== 'pushed') return reverting.onWritten(checkout.repository);
  const { commit, branch, onto } = written;
  const opened = await reverting.forgeOf(checkout.repository);
  const [title = '', , ...text] = message.trimEnd().split('\n');
  const labels = ['helm-gitops', definition.environment];
  const body = ['```text', ...text, '```'].join('\n');
  const request =
    'missing' in opened ? undefined : await opened.forge.openRequest({ branch, target: onto, title, body, labels });
  const url = request === undefined ? {} : { url: request.url };
  const without = 'missing' in opened ? `; no pull request: ${opened.missing}` : '';
  const what = `merge ${request?.url ?? branch} to take it back in git${without}`;
  await note(reverting, owed, { outcome: 'proposed', commit, branch, ...url, message: what });
  tell(reverting, owed.prepared, {
    event: 'revert.proposed',
    ...fieldsOf(owed, plan),
    commit,
    branch,
    ...url,
    message: what,
  });
}

function fieldsOf({ prepared, incident }: Owed, { changes, dropped }: Ready) {
  return {
    id: incidentId(definitionId(prepared.definition), incident),
    from: incident.from,
    changed: changes.join('; '),
    ...(dropped.length > 0 ? { dropped: dropped.join(', ') } : {}),
  };
}

/** Git says something else by now: nobody needs the request any more. */
export async function withdraw(reverting: Reverting, owed: Owed): Promise<void> {
  const { prepared, incident } = owed;
  if (incident.revert?.url === undefined) return;
  const opened = await reverting.forgeOf(prepared.checkout.repository);
  if ('missing' in opened) return;
  const why = `${definitionId(prepared.definition)} has other inputs by now`;
  const { branch: own, earlier } = ownBranch('revert', prepared.definition);
  const earlierOne = earlier === undefined ? undefined : await opened.forge.findRequest(earlier);
  // Its earlier name may be that of another release.
  const request = earlierOne?.url === incident.revert.url ? earlierOne : await opened.forge.findRequest(own);
  if (request !== undefined) await opened.forge.closeRequest(request.number, `**Closed:** ${why}`);
  const { url, commit, branch } = incident.revert;
  await note(reverting, owed, { outcome: 'dropped', url, commit, branch, message: `no longer proposed: ${why}` });
}
