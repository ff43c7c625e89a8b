/** The pipeline of docs/ci as it stands there, carried out in a clone of a real Gitea: one comment, without secrets, renewed in place. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Ended, run } from '../entry/cli/run-in-process.ts';
import { encryptSops, newTestKey } from '../support/encrypt-sops.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
  writeFiles,
} from '../support/git-repository.ts';
import { chartYaml } from '../support/make-chart.ts';

interface Pipeline {
  readonly jobs: { readonly plan: { readonly steps: readonly { readonly run?: string }[] } };
}

const docs = join(import.meta.dirname, '..', '..', 'docs', 'ci');
const { jobs } = parse(readFileSync(join(docs, 'gitea.yaml'), 'utf8')) as Pipeline;
const steps = jobs.plan.steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
const secret = 'cor_rect "horse" *Qx1* <st@ple>';

describe.skipIf(forgeSkipped)(`a pipeline${forgeSkipped}`, () => {
  const folder = temporaryFolder();
  const clone = join(folder.path, 'job');
  let there: ForgeRepository;
  let fleet: TestRepository;
  let environment: Readonly<Record<string, string>>;

  /** What a shell makes of a step. */
  const job = async (): Promise<Ended[]> => {
    const ended: Ended[] = [];
    for (const step of steps) {
      const text = step.replace(/\$(\w+)/g, (_, name: string) => environment[name] ?? '').replaceAll('"', '');
      expect(text).toMatch(/^node \/app\/bin\/helm-gitops\.js /);
      ended.push(await run(clone, text.split(' ').slice(2), environment));
    }
    return ended;
  };
  const comments = async () => (await there.ask('/issues/1/comments')) as { body: string }[];

  const application = `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: web}
spec: {chart: {path: charts/web}, values: [values/secret.yaml, values/web.yaml], environments: {prod: {}}}
`;

  beforeAll(async () => {
    there = await forgeRepository('pipeline');
    const key = await newTestKey();
    writeFiles(folder.path, { 'fleet/.keep': '' });
    fleet = testRepository(join(folder.path, 'fleet'));
    const config = readFileSync(join(docs, 'ci.config.yaml'), 'utf8')
      .replace('https://git.example.com/team/', there.prefix)
      .replace('    path: apps', '    path: apps\n    forge: {kind: gitea}');
    fleet.commit({
      'ci.config.yaml': config,
      'apps/web.yaml': application,
      'charts/web/Chart.yaml': chartYaml('web'),
      'charts/web/templates/all.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {tag: {{ .Values.tag }}, {{ .Values.tag }}: {{ .Values.password | quote }}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ print .Values.tag .Values.password | quote }}}\n',
      'values/secret.yaml': JSON.stringify(await encryptSops({ password: secret }, { recipient: key.recipient })),
      'values/web.yaml': 'tag: v1\n',
    });
    there.push(fleet.work);
    git(fleet.work, 'push', '-q', there.url.replace('//', '//ann:secret123@'), 'HEAD:feature');
    environment = {
      ...gitEnvironment,
      ...{ BASE: 'main', NUMBER: '1', SOPS_AGE_KEY: key.identity },
      FORGE_TOKEN: await there.token('ci', 'read:repository', 'write:issue'),
    };
  });

  afterAll(() => folder.remove());

  const push = (tag: string, kind?: string) => {
    fleet.commit({
      'values/web.yaml': `tag: ${tag}\n`,
      'apps/web.yaml': application.replace('Application', kind ?? 'Application'),
    });
    const address = there.url.replace('//', '//ann:secret123@');
    git(fleet.work, 'push', '-q', address, 'HEAD:feature');
    execFileSync('rm', ['-rf', clone]);
    git(folder.path, 'clone', '-q', '--branch', 'feature', address, clone);
    git(clone, 'remote', 'set-url', 'origin', there.url);
  };

  test('writes its plan beneath the request, and the next in its place, without what is secret', async () => {
    push('v2');
    await there.open('feature', 'Raise');
    for (const tag of ['v2', 'v3']) {
      if (tag === 'v3') push(tag);
      const ended = await job();
      expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0]);
      expect(ended.at(-1)?.stderr).toBe(`commented on #1 of ${there.url}\n`);
      const [comment, ...others] = await comments();
      expect(others).toEqual([]);
      expect(comment?.body).toContain(`by values/web.yaml:1 tag v1→${tag}`);
      expect(comment?.body).toContain('is deleted');
      for (const text of [comment?.body ?? '', ...ended.flatMap(({ stdout, stderr }) => [stdout, stderr])])
        for (const part of ['rect', 'horse', 'Qx1', 'ple']) expect(text).not.toMatch(new RegExp(`\\b${part}\\b`));
    }
  });

  test('ends with 2 where the branch holds a mistake', async () => {
    push('v4', 'Aplication');
    const [validated, planned] = await job();
    expect([validated?.code, planned?.code]).toEqual([2, 2]);
    expect((await comments())[0]?.body).toMatch(/\*\*Problems\*\*[\s\S]*apps\/web\.yaml:2:7/);
  });
});
