/** A chart in a folder of its own below the system's temporary one; whoever asks for it removes it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface MadeChart extends Disposable {
  readonly path: string;
}

/** Chart.yaml is added where the files have none. */
export function makeChart(files: Readonly<Record<string, string>>): MadeChart {
  const path = join(mkdtempSync(join(tmpdir(), 'chart-')), 'shop');
  for (const [name, text] of Object.entries({ 'Chart.yaml': chartYaml('shop'), ...files })) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(dirname(path), { recursive: true, force: true }) };
}

export const chartYaml = (name: string, more = ''): string => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`;
