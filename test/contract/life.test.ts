/**
 * A release's whole life three ways: helm alone, this program alone, and both in turn. Records and objects after each
 * step are the same, beside Helm 4 and Helm 3. Against a real control plane; skipped without.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../src/foundation/manifest/object.ts';
import { plainUninstall } from '../../src/pipeline/apply/uninstall-release.ts';
import { comparable, helm, helm3, kubeconfig, openScene, runHelm, type Scene } from './interchange-scene.ts';
import { charts, type Life, lives } from './life.table.ts';

const kinds = ['ConfigMap', 'Secret', 'ServiceAccount'];

/** What a step left, and how it ended. */
interface Seen {
  readonly step: string;
  readonly ended: string;
  readonly records: readonly JsonObject[];
  readonly objects: readonly unknown[];
}

const judges = [
  { version: 'Helm 4', binary: helm, compat: 'helm4', label: '4' },
  { version: 'Helm 3', binary: helm3, compat: 'helm3', label: '3' },
] as const;
const runs = judges.map((judge) => ({ ...judge, skipped: !kubeconfig || !judge.binary }));

for (const { version, binary, compat, label, skipped } of runs)
  describe.skipIf(skipped)(
    `lives of a release beside ${version} (skipped without KUBECONFIG_REAL, HELM_BIN, HELM3_BIN)`,
    () => {
      const plain = plainFor(compat);
      let scenes: { apart: Scene; together: Scene };
      const folders = new Map<string, string>();
      beforeAll(async () => {
        const [apart, together] = await Promise.all([
          openScene(`life${label}`, compat),
          openScene(`turn${label}`, compat),
        ]);
        scenes = { apart, together };
        for (const [name, files] of Object.entries(charts)) folders.set(name, apart.chart(files));
        // Both sides find it there: which release brought it makes no difference.
        const crd = await runHelm(binary, ['install', 'crd', folders.get('crd') ?? '', '-n', apart.theirs]);
        expect(crd.code, crd.stderr).toBe(0);
      });
      afterAll(async () => {
        await scenes?.apart[Symbol.asyncDispose]();
        await scenes?.together[Symbol.asyncDispose]();
      });

      test.concurrent.each(
        lives.map((one, index) => ({ ...one, release: `l${String(index).padStart(2, '0')}`, index })),
      )('$name', async ({ steps, release, index, differs }) => {
        const { apart, together } = scenes;
        const [theirs, ours, mixed] = await Promise.all([
          live(apart, apart.theirs, { steps, release, byHelm: () => true }),
          live(apart, apart.ours, { steps, release, byHelm: () => false }),
          live(together, together.ours, { steps, release, byHelm: (at) => (at + index) % 2 === 0 }),
        ]);
        expect(ours.map((seen) => forgiving(seen, differs))).toEqual(theirs.map((seen) => forgiving(seen, differs)));
        expect(mixed.map((seen) => forgiving(seen, differs))).toEqual(theirs.map((seen) => forgiving(seen, differs)));
        if (differs === 'kept kinds') await keepsNamespace(release);
      });

      /** Of the two that did not ask for it, only helm's goes. */
      async function keepsNamespace(release: string): Promise<void> {
        const { client, theirs, ours } = scenes.apart;
        const at = (namespace: string) =>
          client.get({ apiVersion: 'v1', kind: 'Namespace', name: `${namespace}-${release}` });
        await vi.waitFor(async () => expect(await at(theirs)).toBe(undefined), { timeout: 90_000, interval: 250 });
        expect((await at(ours))?.metadata.deletionTimestamp).toBe(undefined);
        for (const namespace of [ours, scenes.together.ours])
          await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: `${namespace}-${release}` });
      }

      interface Lived extends Pick<Life, 'steps'> {
        readonly release: string;
        readonly byHelm: (at: number) => boolean;
      }

      async function live(scene: Scene, namespace: string, { steps, release, byHelm }: Lived): Promise<Seen[]> {
        const seen: Seen[] = [];
        for (const [at, step] of steps.entries()) {
          const act = { scene, namespace, release, at, words: step.split(' ') };
          const said = byHelm(at) ? await helmStep(act) : await ourStep(act);
          const ended = said === undefined ? 'done' : 'failed';
          const expected = step.endsWith('!') ? 'failed' : 'done';
          expect(ended, `${steps.join(' | ')}: step ${at + 1} (${byHelm(at) ? 'helm' : 'ours'}): ${said}`).toBe(
            expected,
          );
          const records = (await scene.records(namespace, release)).map((record) => plain(record));
          seen.push({ step, ended, records, objects: await objects(scene, namespace, release) });
        }
        return seen;
      }

      interface Act {
        readonly scene: Scene;
        readonly namespace: string;
        readonly release: string;
        readonly at: number;
        readonly words: readonly string[];
      }

      /** What it said, where it failed. */
      async function helmStep({ namespace, release, at, words: [verb = '', what = '', more] }: Act) {
        const flags = [what, more].flatMap((word) =>
          word === 'keep' ? ['--keep-history'] : word === 'nohooks' ? ['--no-hooks'] : [],
        );
        const args: Readonly<Record<string, readonly string[]>> = {
          deploy: [
            'upgrade',
            '--install',
            release,
            folders.get(what) ?? '',
            '--reset-values',
            '--set-json',
            `step=${at}`,
          ],
          rollback: ['rollback', release, what],
          uninstall: ['uninstall', release, ...flags],
          test: ['test', release],
        };
        const applies = compat === 'helm4' && (verb === 'deploy' || verb === 'rollback');
        const forced = applies ? ['--force-conflicts', '--server-side=true'] : [];
        const { code, stderr } = await runHelm(binary, [...(args[verb] ?? []), ...forced, '-n', namespace]);
        return code === 0 ? undefined : stderr;
      }

      async function ourStep({ scene, release, at, words: [verb = '', what = '', ...more] }: Act) {
        const options = { name: release, chart: folders.get(what) ?? folders.get('a') ?? '', values: { step: at } };
        const given = [what, ...more];
        const asked = { ...plainUninstall, keepHistory: given.includes('keep'), hooks: !given.includes('nohooks') };
        const acts: Readonly<Record<string, () => Promise<string>>> = {
          deploy: async () => {
            const result = await scene.deploy({ ...options, requested: true });
            return result.result === 'failed' ? result.outcome.error.message : result.result;
          },
          rollback: () => scene.rollback(release, Number(what), options),
          uninstall: () => scene.uninstallOnRequest(release, asked),
          test: () => scene.test(release),
        };
        const said = await acts[verb]?.().catch((error: Error) => error.message);
        return ['deployed', 'uninstalled', 'passed'].includes(said ?? '') ? undefined : said;
      }

      async function objects(scene: Scene, namespace: string, release: string): Promise<unknown[]> {
        const found: unknown[] = [];
        for (const kind of kinds) {
          const { items } = await scene.client.list({ apiVersion: 'v1', kind, namespace });
          for (const { metadata, status: _status, ...rest } of items) {
            if (!metadata.name?.startsWith(release)) continue;
            const { name, labels, annotations, managedFields } = metadata;
            const managers = managedFields
              ?.filter(({ manager }) => manager === 'helm')
              .map(({ time: _, ...one }) => one);
            const shown = { name, labels, annotations, ...(compat === 'helm4' && { managers }), ...rest };
            found.push(JSON.parse(JSON.stringify(shown).replaceAll(namespace, 'NAMESPACE')));
          }
        }
        return found;
      }
    },
  );

/** Helm 3 writes no apply method (all of its writes are client-side), and no time as an empty text. */
const plainFor =
  (compat: 'helm3' | 'helm4') =>
  (record: JsonObject): JsonObject => {
    const { apply_method: _method, ...rest } = comparable(record);
    if (compat === 'helm4') return comparable(record);
    const text = JSON.stringify(rest, (key, value) => (value === '' && /_at$|deleted/.test(key) ? undefined : value));
    return JSON.parse(text) as JsonObject;
  };

/** Without what the listed difference is about. */
function forgiving(seen: Seen, differs: Life['differs']): unknown {
  if (differs === 'failed rollback') return { ...seen, records: seen.records.map(withoutEnd) };
  if (differs !== 'failed stays failed') return seen;
  const text = JSON.stringify(seen.records).replaceAll('"status":"failed"', '"status":"superseded"');
  return { ...seen, records: JSON.parse(text) };
}

/** How a revision ended, and the hook that ended it. */
function withoutEnd({ info, labels, hooks, ...record }: JsonObject): unknown {
  const { status: _status, description: _description, ...times } = info as JsonObject;
  const { status: _label, ...others } = labels as JsonObject;
  const unrun = (hooks as JsonObject[] | undefined)?.map(({ last_run: _run, ...hook }) => hook);
  return { ...record, info: times, labels: others, hooks: unrun };
}
