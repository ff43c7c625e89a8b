/** The two clusters of the contract: the embedded one in this process, and the real one that KUBECONFIG_REAL names. */
import { workloadControllers } from '../../../src/embedded/controllers/workload-controllers.ts';
import { type ApiClient, startTestApi, type TestApi } from '../../embedded/api-client.ts';
import { type Outcome, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { startWebhookServer } from './webhook-server.ts';

export async function startEmbedded(): Promise<TestApi> {
  const pace = { podStart: 0, jobRun: 0, crashBackoff: 100 };
  return await startTestApi(undefined, { controllers: workloadControllers, pace });
}

/** A few at a time: many scenarios wait. */
export async function runAll(client: ApiClient, scenarios: readonly Scenario[]): Promise<Map<string, Outcome[]>> {
  await using hooks = await startWebhookServer();
  const names = { hooks: hooks.url, ca: hooks.ca, port: new URL(hooks.url).port };
  const outcomes = new Map<string, Outcome[]>();
  const queue = [...scenarios.entries()];
  const run = `${process.pid.toString(36)}${Date.now().toString(36).slice(-4)}`;
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [number, scenario] = next;
      outcomes.set(scenario.name, await runScenario(client, scenario, { ...names, ns: `contract-${run}-${number}` }));
    }
  };
  await Promise.all(Array.from({ length: 6 }, work));
  return outcomes;
}
