/** The same by a real helm: what it prints, or `Error: …` without its hint about --debug. */
import { spawnSync } from 'node:child_process';

export interface RenderWithHelmOptions {
  readonly valueFiles?: readonly string[];
  readonly set?: readonly string[];
}

export function renderWithHelm(helm: string, path: string, options: RenderWithHelmOptions = {}): string {
  const flags = [
    ...(options.valueFiles ?? []).flatMap((file) => ['-f', file]),
    ...(options.set ?? []).flatMap((expression) => ['--set', expression]),
  ];
  const run = spawnSync(helm, ['template', 'rel', path, '-n', 'prod', ...flags], { encoding: 'utf8' });
  if (run.status === 0) return run.stdout;
  const message = run.stderr.slice(run.stderr.indexOf('Error: '));
  return message.replace('\n\nUse --debug flag to render out invalid YAML', '').trimEnd();
}
