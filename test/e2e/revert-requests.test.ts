/** Changes that were rolled back, taken back by pull requests of a real Gitea: one at a time, merged, overtaken, or of no use any more. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { daemonOn, embedded } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import { git, type TestRepository } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { webChart } from '../support/web-chart.ts';

const files = {
  ...webChart('{{ .Values.tag }}'),
  'apps/web.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: web}
spec:
  chart: {path: charts/web}
  values: [values/web.yaml]
  rollback: {soak: 300ms, revert: pullRequest}
`,
};
const values = (tag: string) => ({ 'values/web.yaml': `tag: ${tag} # by hand\n` });

interface Pull {
  readonly number: number;
  readonly state: string;
  readonly merged: boolean;
  readonly title: string;
  readonly body: string;
}

describe.skipIf(forgeSkipped !== '')(`reverts by pull request${forgeSkipped}`, () => {
  const scene = daemonOn(embedded);
  let there: ForgeRepository;
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let from = 0;

  const own = () => there.url.replace('//', '//ann:secret123@');
  const commit = (texts: Record<string, string>) => {
    from = daemon?.lines.length ?? 0;
    git(fleet.work, 'pull', '-q', '--rebase', own(), 'main');
    const id = fleet.commit(texts);
    there.push(fleet.work);
    return id;
  };
  const told = (event: string) => daemon.waitFor(event, { app: 'web' }, from);
  /** `1 closed`, `2 open`, `3 merged` */
  const pulls = async () => {
    const all = (await there.ask('/pulls?state=all')) as Pull[];
    return all.map(({ number, state, merged }) => `${number} ${merged ? 'merged' : state}`).sort();
  };
  const merge = async (number: number) => {
    from = daemon.lines.length;
    await there.merge(number);
    await told('revision.released');
    git(fleet.work, 'fetch', '-q', own(), 'main');
    expect(git(fleet.work, 'show', 'FETCH_HEAD:values/web.yaml')).toBe('tag: v1 # by hand');
  };

  beforeAll(async () => {
    there = await forgeRepository('revert-requests');
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...values('v1') });
    there.push(fleet.work);
    scene.write({ token: await there.token('daemon', 'write:repository', 'write:issue') });
    daemon = await scene.start([
      `repositories: [{name: fleet, url: "${there.url}", revision: main, path: apps, poll: 1s, forge: {kind: gitea}}]`,
      `credentials: [{url: "${there.prefix}", tokenFile: token}]`,
    ]);
    await told('release.healthy');
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('one is opened that says what happened, and merged it ends the quarantine', async () => {
    const bad = commit(values('broken-2'));
    const proposed = await told('revert.proposed');
    expect(proposed['url']).toMatch(/\/pulls\/1$/);
    const pull = (await there.ask('/pulls/1')) as Pull;
    expect(pull.title).toBe('revert web/default: tag broken-2→v1');
    expect(pull.body).toContain(`Helm-Gitops-Source: ${bad}`);
    await merge(1);
    expect(await pulls()).toEqual(['1 merged']);
  });

  test('the same change again has one of its own', async () => {
    commit(values('broken-2'));
    await told('revert.proposed');
    expect(await pulls()).toEqual(['1 merged', '2 open']);
  });

  test('another bad change takes its place: one is open, of what is to be taken back now', async () => {
    const bad = commit(values('broken-3'));
    const proposed = await told('revert.proposed');
    const open = ((await there.ask('/pulls?state=open')) as Pull[])[0] as Pull;
    expect((await pulls()).filter((one) => one.endsWith(' open'))).toEqual([`${open.number} open`]);
    expect(proposed['url']).toMatch(new RegExp(`/pulls/${open.number}$`));
    expect(open.title).toBe('revert web/default: tag broken-3→v1');
    expect(open.body).toContain(`Helm-Gitops-Source: ${bad}`);
    await merge(open.number);
  });

  test('a fix by somebody closes it', async () => {
    commit(values('broken-4'));
    await told('revert.proposed');
    commit(values('v5'));
    await told('release.healthy');
    await expect.poll(pulls, { timeout: 40_000 }).not.toContainEqual(expect.stringMatching(/ open$/));
  });
});
