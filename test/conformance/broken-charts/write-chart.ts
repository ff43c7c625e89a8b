/** Writes a broken chart to disk: `chart/` and whatever lies beside it. */
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BrokenChart, type Content, chartYaml } from './broken-chart.ts';

export interface WrittenChart extends AsyncDisposable {
  /** Where the command runs. */
  readonly folder: string;
  /** Behind the program's name. */
  readonly args: readonly string[];
}

export async function writeChart({
  files,
  operands = ['rel', 'chart'],
  args = [],
}: BrokenChart): Promise<WrittenChart> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'broken-chart-')));
  await mkdir(join(folder, 'chart'));
  for (const [name, content] of Object.entries({ 'Chart.yaml': chartYaml, ...files })) {
    if (isFolder(name, files) || content === null) continue;
    const path = join(folder, 'chart', name);
    await mkdir(dirname(path), { recursive: true });
    await put(path, content);
  }
  return {
    folder,
    args: ['template', ...operands, ...args],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const isFolder = (name: string, files: BrokenChart['files']): boolean =>
  Object.keys(files).some((other) => other.startsWith(`${name}/`));

async function put(path: string, content: Exclude<Content, null>): Promise<void> {
  if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(path, content);
  else await symlink(content.link, path);
}
