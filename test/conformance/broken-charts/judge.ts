/** What a real helm says of a broken chart, without what differs from run to run. */
import { execFile } from 'node:child_process';
import type { BrokenChart } from './broken-chart.ts';
import { abridged } from './recorded.ts';
import { type WrittenChart, writeChart } from './write-chart.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function judge(helm: string, chart: BrokenChart): Promise<Outcome> {
  await using written = await writeChart(chart);
  return await runProgram(helm, written.args, written);
}

/** With no repositories, plugins or kubeconfig of whoever runs this. */
export async function runProgram(program: string, args: readonly string[], { folder }: WrittenChart): Promise<Outcome> {
  const env = { PATH: '/usr/bin:/bin', HOME: folder, TZ: 'UTC' };
  const outcome = await new Promise<Outcome>((resolve) => {
    execFile(program, args, { cwd: folder, env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    }).stdin?.end();
  });
  return steady(outcome, folder);
}

/** The folder gets a name, a panic loses its stack; what --debug tells of Helm's inner life goes, Helm 3's stack of its own functions included. */
export function steady({ code, stdout, stderr }: Outcome, folder: string): Outcome {
  const named = (text: string): string => text.replaceAll(folder, 'DIR');
  const told = named(stderr)
    .replace(/^(panic: .*\n)[\s\S]*$/m, '$1')
    .replace(/^level=DEBUG .*\n/gm, '')
    .replace(/^helm\.go:\d+: .* \[debug\] [\s\S]*$/m, '')
    .replace(/^\w+\.go:\d+: .* \[debug\] .*\n\n?/gm, '');
  return { code, stdout: abridged(named(stdout)), stderr: told };
}
