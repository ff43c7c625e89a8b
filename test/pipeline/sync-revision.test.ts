import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { HelmGitopsError } from '../../src/foundation/base/errors.ts';
import type { ChartSources } from '../../src/pipeline/chart/chart-sources.ts';
import { noSources } from '../../src/pipeline/chart/chart-sources.ts';
import { newDefinitionCache } from '../../src/pipeline/definitions/read-definitions.ts';
import { definitionId } from '../../src/pipeline/definitions/release-definition.ts';
import { openCheckoutFiles } from '../../src/pipeline/source/checkout-files.ts';
import { refreshCharts, type SyncedRevision, type SyncInput, syncRevision } from '../../src/pipeline/sync-revision.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';

const application = (name: string, chart = '{path: c}') => ({
  [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  chart: ${chart}\n  values: [values/${name}.yaml]\n`,
  [`values/${name}.yaml`]: `a: ${name}\n`,
});
const chart = { 'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n' };

async function inputOf(files: Record<string, string>, sources: ChartSources = noSources) {
  const folder = temporaryFolder();
  writeFiles(folder.path, files);
  const checkout = { repository: 'fleet', revision: 'r', commit: undefined, root: folder.path, path: 'apps' };
  const definitions = {
    files: await openCheckoutFiles(folder.path),
    defaults: { settings: {}, environments: undefined },
    clusters: ['local'],
  };
  const input: SyncInput = { op: 'o', checkout, compat: 'helm4', sources, definitions };
  return { input, [Symbol.dispose]: () => folder.remove() };
}

describe('one look at a repository', () => {
  test('opens few files at a time, however many releases there are', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `app-${index}`);
    using scene = await inputOf(Object.assign({}, chart, ...names.map((name) => application(name))));
    let [open, most] = [0, 0];
    const { files } = scene.input.definitions;
    const counting: typeof files = {
      ...files,
      read: async (path) => {
        open += 1;
        most = Math.max(most, open);
        return await files.read(path).finally(() => {
          open -= 1;
        });
      },
    };
    const input = { ...scene.input, definitions: { ...scene.input.definitions, files: counting } };
    const synced = await syncRevision(input);
    expect([synced.releases.length, synced.failed]).toEqual([200, []]);
    expect(most).toBeLessThan(50);
  });

  test('prepares again only what has changed', async () => {
    using scene = await inputOf({ ...chart, ...application('same'), ...application('moved'), ...application('gone') });
    const { root } = scene.input.checkout;
    const cache = newDefinitionCache();
    const look = async (before?: SyncedRevision) =>
      syncRevision({
        ...scene.input,
        before,
        definitions: { ...scene.input.definitions, files: await openCheckoutFiles(root), cache },
      });
    const named = ({ releases }: SyncedRevision, app: string) =>
      releases.find(({ definition }) => definition.app === app);
    const first = await look();
    writeFiles(root, { 'values/moved.yaml': 'a: other\n' });
    rmSync(join(root, 'values/gone.yaml'));
    const second = await look(first);
    expect(named(second, 'same')?.values).toBe(named(first, 'same')?.values);
    expect(named(second, 'moved')?.digest).not.toBe(named(first, 'moved')?.digest);
    expect(second.failed.map(({ error }) => error.code)).toEqual(['values.not-found']);
    writeFiles(root, { 'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 2.0.0\n' });
    const third = await look(second);
    expect(named(third, 'same')?.digest).not.toBe(named(second, 'same')?.digest);
    expect(named(third, 'same')?.chart.metadata.version).toBe('2.0.0');
  });

  test('prepares again what another file says in the same words', async () => {
    const files: Record<string, string> = { ...chart, ...application('web') };
    files['apps/web.yaml'] = (files['apps/web.yaml'] ?? '').replace(
      '[values/web.yaml]',
      '[{file: one.yaml, optional: true}, {file: two.yaml, optional: true}]',
    );
    using scene = await inputOf({ ...files, 'one.yaml': 'a: 1\n' });
    const { root } = scene.input.checkout;
    const cache = newDefinitionCache();
    const look = async (before?: SyncedRevision) =>
      syncRevision({
        ...scene.input,
        before,
        definitions: { ...scene.input.definitions, files: await openCheckoutFiles(root), cache },
      });
    const first = await look();
    rmSync(join(root, 'one.yaml'));
    writeFiles(root, { 'two.yaml': 'a: 1\n' });
    const second = await look(first);
    expect(second.releases[0]?.layers).toMatchObject([{ path: 'two.yaml' }]);
    expect(second.releases[0]?.digest).toBe(first.releases[0]?.digest);
  });

  test('prepares again what could not be, when its values in the cluster change', async () => {
    const files: Record<string, string> = { ...chart, ...application('web') };
    files['apps/web.yaml'] = (files['apps/web.yaml'] ?? '').replace('values/web.yaml', '{configMap: {name: web}}');
    using scene = await inputOf(files);
    const live = { text: 'a: [' };
    const input: SyncInput = {
      ...scene.input,
      objectsOf: () => async () => ({ uid: 'u', data: new Map([['values.yaml', live.text]]) }),
    };
    const before = await syncRevision(input);
    expect(before.failed).toHaveLength(1);
    live.text = 'a: 1\n';
    const refresh = (...touched: string[]) =>
      refreshCharts(async () => input, { before, sources: noSources, touched: new Set(touched) });
    expect(await refresh()).toBeUndefined();
    expect(await refresh('web/default')).toMatchObject({ failed: [], releases: [{ definition: { app: 'web' } }] });
  });

  test('hands on what is prepared while a host is silent', async () => {
    const silent: ChartSources = { fetch: () => new Promise(() => undefined) };
    const remotes = Array.from({ length: 30 }, (_, index) => `remote-${index}`);
    const far = remotes.map((name) => application(name, `{repository: "https://charts.example.com", name: ${name}}`));
    using scene = await inputOf(Object.assign({}, chart, application('zebra'), ...far), silent);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const prepared: string[] = [];
    const looking = syncRevision({
      ...scene.input,
      onPrepared: ({ definition }) => void prepared.push(definitionId(definition)),
    });
    await vi.waitFor(() => expect(prepared).toEqual(['zebra/default']), 90_000);
    await vi.advanceTimersByTimeAsync(10_000);
    const { releases, failed } = await looking;
    expect(releases).toHaveLength(1);
    expect(new Set(failed.map(({ error }) => error.code))).toEqual(new Set(['chart.slow']));
  });

  test('waits longer for a chart where no other look follows', async () => {
    const late = Promise.withResolvers<never>();
    const slow: ChartSources = { patience: 60_000, fetch: () => late.promise };
    using scene = await inputOf(application('far', '{repository: "https://charts.example.com", name: far}'), slow);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const looking = syncRevision(scene.input);
    const over = vi.fn();
    looking.then(over, over);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), 90_000);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(over).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    const [failed] = (await looking).failed;
    expect(failed?.error).toMatchObject({ code: 'chart.slow', hint: undefined });
    expect(failed?.error.message).toMatch(/no answer within 60 s$/);
  });

  test('a second look asks for nothing where nothing can move, and tells a bug from a silent host', async () => {
    const scene = await inputOf({ ...chart, ...application('a') });
    using _ = scene;
    const synced = await syncRevision(scene.input);
    expect(await refreshCharts(async () => scene.input, { before: synced, sources: noSources })).toBeUndefined();
    const pins = new Map([
      [
        'k',
        {
          request: { type: 'repository', repository: 'https://h', name: 'a', version: '' } as const,
          fetched: { path: '/', root: '/', version: '1.0.0', digest: 'd', from: 'h' },
        },
      ],
    ]);
    const before = { ...synced, releases: synced.releases.map((release) => ({ ...release, pins })) };
    const failing = (error: Error): ChartSources => ({ fetch: () => Promise.reject(error) });
    const bug = refreshCharts(async () => scene.input, { before, sources: failing(new TypeError('bug')) });
    await expect(bug).rejects.toThrow('bug');

    const gone = failing(new HelmGitopsError('http.unreachable', 'transient', 'gone'));
    expect(await refreshCharts(async () => scene.input, { before, sources: gone })).toBeUndefined();
  });
});
