/** Runs a scenario on a cluster and returns what came of each step, in the form in which clusters are compared. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, ApiClient, SendOptions } from '../../embedded/api-client.ts';
import { at, normalise } from './normalise.ts';
import { type Scenario, type Step, wholePath } from './scenario.ts';

export interface Outcome {
  readonly code: number;
  readonly body?: unknown;
  readonly warning?: string;
  /** What the step waited for never came. */
  readonly waitedInVain?: true;
}

const patience = 30_000;

/** `given`: what `{ns}` and other names stand for. */
export async function runScenario(
  client: ApiClient,
  scenario: Scenario,
  given: Readonly<Record<string, string>> & { readonly ns: string },
): Promise<Outcome[]> {
  const names = new Map(Object.entries(given));
  const namespace = given.ns;
  const path = `/api/v1/namespaces/${namespace}`;
  await client.send('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  for (const made of ['serviceaccounts/default', 'configmaps/kube-root-ca.crt'])
    await until(
      () => client.send('GET', `${path}/${made}`),
      ({ code }) => code === 200,
    );
  try {
    const outcomes: Outcome[] = [];
    for (const step of scenario.steps) {
      const outcome = JSON.parse(JSON.stringify(await runStep(client, step, names))) as Outcome;
      if (!step.quiet || outcome.waitedInVain) outcomes.push(outcome);
    }
    return outcomes;
  } finally {
    for (const step of scenario.cleanup ?? []) await runStep(client, step, names).catch(() => undefined);
    await client.send('DELETE', path);
  }
}

async function until(
  ask: () => Promise<Answer>,
  holds: (answer: Answer) => boolean,
): Promise<Answer & { waitedInVain?: true }> {
  const end = Date.now() + patience;
  for (let wait = 2; ; wait = Math.min(wait * 2, 200)) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > end) return { ...answer, waitedInVain: true };
    await pause(wait);
  }
}

async function runStep(client: ApiClient, step: Step, names: Map<string, string>): Promise<Outcome> {
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => names.get(name) ?? whole);
  const path = fill(wholePath(step.path));
  const naming = { namespace: names.get('ns') ?? '', fields: step.fields ?? false };
  if (step.events !== undefined) {
    const wanted = step.events;
    const start = Date.now();
    const events = await client.watch(path, (seen) => seen.length >= wanted, undefined, patience);
    const body = normalise(pickFrom(events.slice(0, wanted), step.pick), naming);
    return {
      code: 200,
      body,
      ...(events.length < wanted && Date.now() - start >= patience ? { waitedInVain: true } : {}),
    };
  }
  const text = typeof step.body === 'string' ? step.body : JSON.stringify(step.body);
  const options: SendOptions = {
    ...(step.type === undefined ? {} : { type: step.type }),
    ...(step.accept === undefined ? {} : { accept: step.accept }),
    ...(step.token === undefined ? {} : { token: fill(step.token) }),
    ...(step.headers === undefined ? {} : { headers: JSON.parse(fill(JSON.stringify(step.headers))) }),
  };
  const ask = async () => {
    for (let asked = 1; ; asked += 1) {
      const answer = await client.send(step.method, path, step.body === undefined ? undefined : fill(text), options);
      // A real server on a machine that stands still gives up after 34 seconds: that says nothing about the request.
      if (answer.code !== 504 || asked === 5) return answer;
    }
  };
  const { until: holds } = step;
  const answer = holds === undefined ? await ask() : await until(ask, ({ body, code }) => holds(body, code));
  for (const [name, place] of Object.entries(step.save ?? {})) names.set(name, String(at(answer.body, place) ?? ''));
  return outcomeOf(answer, step, naming);
}

function outcomeOf(
  { code, body, warning, waitedInVain }: Answer & { waitedInVain?: true },
  step: Step,
  naming: { namespace: string; fields: boolean },
): Outcome {
  if (step.anyWords && code >= 400) return { code, ...(waitedInVain ? { waitedInVain } : {}) };
  const told = warning === undefined ? {} : { warning: String(normalise(warning, naming)) };
  return {
    code,
    body: normalise(code >= 400 ? body : pickFrom(body, step.pick), naming),
    ...told,
    ...(waitedInVain ? { waitedInVain } : {}),
  };
}

function pickFrom(body: unknown, pick: readonly string[] | undefined): unknown {
  if (pick === undefined) return body;
  return Object.fromEntries(pick.map((path) => [path, at(body, path) ?? null]));
}
