/**
 * Decides which revision a person's rollback goes back to: the one that is named, by its number or by the commit that
 * it was made from, else the newest that was healthy and is not what runs already. It only decides.
 */
import type { ReleaseRecord } from '../../foundation/history/release-record.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';

export interface RevisionQuestion {
  /** Every revision, oldest first. */
  readonly records: readonly Pick<ReleaseRecord, 'version' | 'info'>[];
  readonly state: Pick<ReleaseState, 'healthy' | 'quarantine'> | undefined;
  /** Helm's revision number, or a commit or the beginning of one. */
  readonly to?: number | string | undefined;
}

export type RevisionChoice =
  | { readonly choice: 'revision'; readonly version: number }
  | { readonly choice: 'none'; readonly message: string };

export function chooseRevision({ records, state, to }: RevisionQuestion): RevisionChoice {
  if (records.length === 0) return none('the release has no revisions');
  return to === undefined ? chooseHealthy(records, state) : chooseNamed(records, to);
}

type Records = RevisionQuestion['records'];
type Revision = Records[number];

const shortestCommit = 4;

function chooseNamed(records: Records, to: number | string): RevisionChoice {
  const number = typeof to === 'number' ? to : /^\d{1,9}$/.test(to) ? Number(to) : undefined;
  const found = records.find(({ version }) => version === number);
  if (found) return { choice: 'revision', version: found.version };
  const there = `there is ${records.map(({ version }) => version).join(', ')}`;
  if (typeof to === 'number' || (number !== undefined && to.length < shortestCommit))
    return none(`there is no revision ${to}; ${there}`);
  if (!/^[0-9a-f]+$/i.test(to) || to.length < shortestCommit)
    return none(`"${to}" is neither a revision's number nor a commit of at least ${shortestCommit} digits; ${there}`);
  const made = records.filter(({ info }) => isMadeFrom(info.description, to.toLowerCase()));
  const chosen = made.findLast(wasDeployed) ?? made.at(-1);
  return chosen ? { choice: 'revision', version: chosen.version } : none(`no revision was made from ${to}; ${there}`);
}

/** A rollback is made from the commit of what it repeats, and names the one that it leaves. */
function isMadeFrom(description: string, commit: string): boolean {
  if (description.startsWith('Rollback')) return false;
  const source = /\([^()@\s]+@([0-9a-f]+)[^\s()]*(?: [^()]*)?\)$/.exec(description)?.[1];
  return source !== undefined && (source.startsWith(commit) || commit.startsWith(source));
}

function chooseHealthy(records: Records, state: RevisionQuestion['state']): RevisionChoice {
  const latest = records.at(-1) as Revision;
  // What a failed one left half done is repaired by what ran before it.
  const running = latest.info.status === 'deployed' ? origin(records, latest) : undefined;
  const earlier = records.filter(
    (one) => one.version < latest.version && wasDeployed(one) && origin(records, one) !== running,
  );
  const healthy = state?.healthy?.version;
  const chosen =
    earlier.find(({ version }) => version === healthy) ??
    // Nothing runs: what was healthy last comes back, whether it is the newest or not.
    (latest.info.status === 'deployed'
      ? undefined
      : records.find((one) => one.version === healthy && one !== latest)) ??
    earlier.findLast(({ version }) => version !== state?.quarantine?.helmRevision);
  if (chosen) return { choice: 'revision', version: chosen.version };
  return none('no earlier revision was healthy and is another than what runs; --to N takes exactly that one');
}

/** What Helm says of a revision that was complete; the status alone does not tell a failed one that was superseded. */
function wasDeployed({ info }: Revision): boolean {
  const over = info.status === 'deployed' || info.status === 'superseded';
  return (
    over &&
    !/^(?:(?:Upgrade|Release) ".*" failed: |Abandoned: |superseded by new release|Deletion in )/s.test(info.description)
  );
}

/** The revision that a rollback repeats, or the one that this one repeats. */
function origin(records: Records, { version, info }: Revision): number {
  const repeated = Number(/^Rollback to (\d+)/.exec(info.description)?.[1] ?? version);
  if (repeated >= version) return version;
  const former = records.find((one) => one.version === repeated);
  return former ? origin(records, former) : repeated;
}

function none(message: string): RevisionChoice {
  return { choice: 'none', message };
}
