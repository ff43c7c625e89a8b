/** Whether releases that a change did not touch have turned bad beside it, by causes that lie outside of them all. */
import { accountOf, actFor } from '../../pipeline/act-for.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { findOutsideTrouble } from '../../pipeline/observe/find-outside-trouble.ts';
import { outsideCause } from '../../pipeline/remediate/decide-remedy.ts';
import type { Loop } from '../releases/release-entry.ts';

/** Milliseconds before the change began: trouble does not wait for a commit. */
const before = 600_000;
/** Milliseconds that looking may take; a rollback does not wait for it. */
const deadline = 10_000;

/** `began`: RFC 3339, when the change did. */
export async function outsideCauseOf(
  loop: Loop,
  { definition }: PreparedRelease,
  began: string | undefined,
): Promise<string | undefined> {
  const { context, entries, queue, workloads } = loop;
  const own = definitionId(definition);
  const untouched = new Set<string>();
  for (const [id, entry] of entries) {
    if (id === own || queue.isRunning(id) || entry.soak) continue;
    const { namespace, releaseName } = entry.prepared.definition;
    const state = (await context.states.read(namespace, releaseName))?.state;
    if (state?.deployed?.digest === entry.prepared.digest && !state.failure && !state.quarantine) untouched.add(id);
  }
  const bystanders = workloads().filter(({ id }) => untouched.has(id));
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(deadline)]);
  const since = (began === undefined ? context.now().getTime() : Date.parse(began)) - before;
  const { client } = actFor(context, accountOf(definition));
  const bad = await findOutsideTrouble(client, { bystanders, since, signal });
  return outsideCause({ others: new Set(bystanders.map(({ id }) => id)).size, bad });
}
