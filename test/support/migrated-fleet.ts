/** What a fleet comes to before and after its definitions of another tool are replaced by what `migrate` prints of them. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { loadConfig } from '../../src/config/load-config.ts';
import { readFleet } from '../../src/entry/cli/open-fleet.ts';
import type { PreparedRelease } from '../../src/pipeline/context.ts';
import { run } from '../entry/cli/run-in-process.ts';

export interface Migration {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly stdout: string;
  readonly stderr: string;
}

/** `folder` has the configuration, `root` is its repository; `tool` is found in the texts of the files that go. */
export async function migrateFleet(
  folder: string,
  root: string,
  { tool, into, from = 'argocd' }: { tool: RegExp; into: string; from?: 'argocd' | 'flux' },
): Promise<Migration> {
  const before = await comesTo(folder);
  const { stdout, stderr } = await run(folder, ['migrate', from]);
  for (const name of readdirSync(join(root, into), { recursive: true, encoding: 'utf8' })) {
    const path = join(root, into, name);
    // What a chart renders stays in its templates.
    if (/\.ya?ml$/.test(name) && !name.includes('templates/') && tool.test(readFileSync(path, 'utf8'))) rmSync(path);
  }
  writeFileSync(join(root, into, 'printed.yaml'), stdout);
  return { before, after: await comesTo(folder), stdout, stderr };
}

async function comesTo(folder: string): Promise<Record<string, unknown>> {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  const signal = new AbortController().signal;
  const line = { arguments: [], environment: {}, folder, stdout: sink, stderr: sink, signal, now: () => new Date(0) };
  const config = await loadConfig({ file: join(folder, 'helm-gitops.config.yaml'), sets: [], environment: {} });
  const fleet = await readFleet(line, config);
  return Object.fromEntries(
    fleet
      .flatMap(({ releases }) => releases)
      .map(described)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function described({ definition, chart, digest }: PreparedRelease): [string, unknown] {
  const { releaseName, namespace, cluster, settings, createNamespace, project } = definition;
  const { dependsOn, ...rest } = settings;
  const known = JSON.parse(JSON.stringify(rest, (key, one) => (key === 'place' ? undefined : one)));
  const waits = dependsOn.map(({ app }) => app.replaceAll('.', '-'));
  // The digest covers the chart's content, the merged values, the names and the patches.
  const same = {
    cluster,
    createNamespace,
    chart: chart.metadata.name,
    digest,
    settings: known,
    waits,
    project: project?.name,
  };
  return [`${namespace}/${releaseName}`, same];
}
