/** Versions that the daemon promotes while others push to the same branch, or nobody may. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { expectAsPlanned } from '../support/as-planned.ts';
import { daemonOn, describeOnEach, embedded } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const files = {
  ...webChart('{{ .Values.image.tag }}'),
  ...promotedWeb(
    'races',
    `    dev: {}
    prod: {promote: {from: dev}}
`,
  ),
  'values/prod.yaml': 'image: {tag: v1}\n',
};
const dev = (tag: string) => ({ 'values/dev.yaml': `image: {tag: ${tag}}\n` });

/** The first push of a promotion finds that somebody else has pushed meanwhile. */
const racer = `#!/bin/sh
read old new ref
[ -e raced ] && exit 0
git log -1 --format=%s "$new" | grep -q '^promote' || exit 0
touch raced
unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
export GIT_AUTHOR_NAME=bob GIT_AUTHOR_EMAIL=bob@example.com GIT_COMMITTER_NAME=bob GIT_COMMITTER_EMAIL=bob@example.com
git update-ref refs/heads/main "$(git commit-tree -p refs/heads/main -m racer 'refs/heads/main^{tree}')"
`;
const protectedBranch = `#!/bin/sh
read old new ref
git log -1 --format=%s "$new" | grep -q '^promote' || exit 0
echo 'main is protected' >&2
exit 1
`;

describeOnEach('promotion among others', (cluster) => {
  const scene = daemonOn(cluster, ['races-dev', 'races-prod']);
  const beside = daemonOn(embedded);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const commit = (texts: Record<string, string>) => {
    git(fleet.work, 'pull', '-q', 'origin', 'main');
    return fleet.commit(texts);
  };
  const subjects = (count: number) => git(fleet.remote, 'log', `-${count}`, '--format=%s', 'main').split('\n');
  const hook = () => join(fleet.remote, 'hooks', 'pre-receive');
  const follow = (text: string) => {
    writeFileSync(hook(), text);
    chmodSync(hook(), 0o755);
  };
  /** A plan of the promotion's commit says what was done in prod. */
  const expectPlanned = async (from: number) => {
    const line = await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
    const id = String(line['commit']);
    const revisions = ['--commit', id, '--base', git(fleet.remote, 'rev-parse', `${id}^`), '--config', scene.config];
    const { stdout } = await run(
      scene.folder,
      ['plan', '-e', 'prod', ...revisions, '--offline', '-o', 'json'],
      gitEnvironment,
    );
    await expectAsPlanned(stdout, { daemon, client: scene.client, line });
  };
  const lines = () => [`repositories: [{name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}]`];

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({ ...files, ...dev('v1') });
    daemon = await scene.start(lines());
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await beside[Symbol.asyncDispose]();
  });

  longTest('a lost push is built anew on what came', async () => {
    follow(racer);
    const from = daemon.lines.length;
    commit(dev('v2'));
    await daemon.waitFor(
      'release.deployed',
      { environment: 'prod', changed: 'values/prod.yaml:1 image.tag v1→v2' },
      from,
    );
    expect(subjects(2)).toEqual(['promote web dev→prod: image.tag v1→v2', 'racer']);
    expect(daemon.lines.slice(from).filter(({ event }) => event === 'promotion.committed')).toHaveLength(1);
    await expectPlanned(from);
    rmSync(hook());
  });

  longTest('a protected branch is told, and the version goes when it is none any more', async () => {
    follow(protectedBranch);
    const from = daemon.lines.length;
    commit(dev('v3'));
    await daemon.waitFor('promotion.failed', { environment: 'prod', message: /main is protected/ }, from);
    rmSync(hook());
    commit({ 'README.md': 'Hello\n' });
    await daemon.waitFor('promotion.committed', { environment: 'prod' }, from);
    expect(subjects(1)).toEqual(['promote web dev→prod: image.tag v2→v3']);
    await expectPlanned(from);
  });

  longTest('two daemons make one commit of it', async () => {
    const other = await beside.start(lines());
    const from = [daemon, other].map((one) => one.lines.length);
    commit(dev('v4'));
    const changed = 'values/prod.yaml:1 image.tag v3→v4';
    for (const [at, one] of [daemon, other].entries())
      await one.waitFor('release.deployed', { environment: 'prod', changed }, from[at]);
    expect(subjects(3).filter((one) => one === 'promote web dev→prod: image.tag v3→v4')).toHaveLength(1);
    expect(subjects(1)).toEqual(['promote web dev→prod: image.tag v3→v4']);
    await expectPlanned(from[0] ?? 0);
  });
});
