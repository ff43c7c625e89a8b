/** Packed charts, good and hostile, beside Helm: what it refuses is refused in its words, what it loads loads. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { assembleChart } from '../../../src/pipeline/chart/assemble-chart.ts';
import { loadChart } from '../../../src/pipeline/chart/load-chart.ts';
import { readChartArchive } from '../../../src/pipeline/chart/read-chart-archive.ts';
import { archiveCases } from '../../foundation/archive/archive-cases.table.ts';
import { chartFile, longName, pax, rawArchive } from '../../foundation/archive/raw-tar.ts';

const helm = process.env['HELM_BIN'];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'archives-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function messageOf(archive: Uint8Array): Promise<string | undefined> {
  return await readChartArchive(archive).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

describe('a packed chart', () => {
  test.each(archiveCases.map((one) => [one.what, one] as const))('%s', async (_what, { archive, message }) => {
    expect(await messageOf(archive())).toBe(message);
  });

  test.skipIf(!helm).each(archiveCases.map((one) => [one.what, one] as const))(
    '%s, in Helm (HELM_BIN)',
    (_what, { archive, message, helm: does = 'same' }) => {
      const file = join(folder, 'case.tgz');
      writeFileSync(file, archive());
      const said = helmSays(file);
      if (does === 'loads') expect(said).toBeUndefined();
      else if (does === 'same') expect(said).toBe(message);
      else expect(said).not.toBe(message);
    },
  );

  test('keeps names, bytes and times', async () => {
    const long = `shop/${'ä'.repeat(80)}.txt`;
    const files = await readChartArchive(
      rawArchive([
        chartFile,
        pax({ path: long, mtime: '1700000000.5' }),
        { name: 'x', body: '\ufeffhello' },
        longName('shop/gnu.txt'),
        { name: 'y', body: 'there' },
        { name: 'shop/link', type: '2', linkName: 'gnu.txt' },
      ]),
    );
    expect(files.map(({ name, data, modified }) => [name, Buffer.from(data).toString(), modified])).toEqual([
      ['Chart.yaml', chartFile.body, 1610612736000],
      [long.slice('shop/'.length), 'hello', 1700000000500],
      ['gnu.txt', 'there', 1610612736000],
      ['link', '', 1610612736000],
    ]);
  });

  test('names the entry in the hint where the words are Helm’s', async () => {
    const file = join(folder, 'evil.tgz');
    writeFileSync(file, rawArchive([chartFile, { name: 'shop/../../evil' }]));
    const error = await loadChart(file).catch((thrown: unknown) => thrown);
    if (!(error instanceof HelmGitopsError)) throw error;
    expect(error).toMatchObject({ code: 'chart.invalid', hint: `the archive's entry is "shop/../../evil"` });
  });

  test('that holds archives in archives without end is refused', async () => {
    const holding = (archive: Buffer) =>
      rawArchive([
        chartFile,
        ...Array.from({ length: 40 }, (_, n) => ({ name: `shop/charts/${n}.tgz`, body: archive })),
      ]);
    const archive = holding(holding(rawArchive([chartFile])));
    const error = await assembleChart(await readChartArchive(archive), 'helm4').catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain('too many archives within archives');
  });

  test('of archives that together are a bomb is refused', async () => {
    const bomb = rawArchive([chartFile, { name: 'shop/zeros', body: Buffer.alloc(400_000) }]);
    const many = Array.from({ length: 6 }, (_, n) => ({ name: `shop/charts/shop-${n}.tgz`, body: bomb }));
    const files = await readChartArchive(rawArchive([chartFile, ...many]));
    expect((await assembleChart(files, 'helm4')).dependencies).toHaveLength(6);
    const budget = { bytes: 2_000_000, archives: 100 };
    const error = await assembleChart(files, 'helm4', { budget }).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain('unpack to too much');
  });
});

function helmSays(file: string): string | undefined {
  try {
    execFileSync(helm as string, ['show', 'chart', file], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const { stderr } = error as { stderr: Buffer };
    return stderr
      .toString()
      .replace(/^Error: /, '')
      .trimEnd();
  }
}
