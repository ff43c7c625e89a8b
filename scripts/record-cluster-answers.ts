/**
 * Asks the real control plane that KUBECONFIG_REAL names every question of the contract, and keeps its answers; with a
 * pattern as argument, only those of the scenarios whose names it matches.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAll } from '../test/contract/cluster/clusters.ts';
import { scenarios } from '../test/contract/cluster/scenarios.ts';
import { openClient } from '../test/embedded/api-client.ts';

const kubeconfig = process.env['KUBECONFIG_REAL'];
if (kubeconfig === undefined) throw new Error('KUBECONFIG_REAL names no cluster');
const path = join(import.meta.dirname, '..', 'test', 'contract', 'cluster', 'answers.jsonl');
const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
const known = new Map(
  lines.filter((line) => line !== '').map((line) => [(JSON.parse(line) as { name: string }).name, line]),
);

const pattern = new RegExp(process.argv[2] ?? '');
const client = await openClient(kubeconfig);
const answers = await runAll(
  client,
  scenarios.filter(({ name }) => pattern.test(name)),
);
client.close();
const lineOf = (name: string): string => {
  const steps = answers.get(name);
  return steps === undefined ? (known.get(name) ?? '') : JSON.stringify({ name, steps });
};
await writeFile(
  path,
  `${scenarios
    .map(({ name }) => lineOf(name))
    .filter((line) => line !== '')
    .join('\n')}\n`,
);
