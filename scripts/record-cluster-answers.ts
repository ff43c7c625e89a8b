/** Asks the real control plane that KUBECONFIG_REAL names every question of the contract, and keeps its answers. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAll } from '../test/contract/cluster/clusters.ts';
import { scenarios } from '../test/contract/cluster/scenarios.ts';
import { openClient } from '../test/embedded/api-client.ts';

const kubeconfig = process.env['KUBECONFIG_REAL'];
if (kubeconfig === undefined) throw new Error('KUBECONFIG_REAL names no cluster');
const client = await openClient(kubeconfig);
const answers = await runAll(client, scenarios);
client.close();
const lines = scenarios.map(({ name }) => JSON.stringify({ name, steps: answers.get(name) }));
const path = join(import.meta.dirname, '..', 'test', 'contract', 'cluster', 'answers.jsonl');
await writeFile(path, `${lines.join('\n')}\n`);
