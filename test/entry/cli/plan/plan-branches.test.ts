import { describe, expect, test } from 'vitest';
import { encryptSops, newTestKey } from '../../../support/encrypt-sops.ts';
import { git, writeFiles } from '../../../support/git-repository.ts';
import { type Folder, newFolder, run } from '../run-in-process.ts';

const config = 'repositories: [{name: fleet, url: fleet, path: apps}]\nclusters: [{name: local, embedded: {}}]\n';
const chart = (template: string) => ({
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/templates/a.yaml': template,
});
const application = (spec: string) => ({
  'apps/web.yaml': `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: web}\nspec: {chart: {path: charts/web}, ${spec}}\n`,
});

function committing(folder: Folder) {
  const work = `${folder.path}/fleet`;
  writeFiles(work, { 'README.md': 'A fleet\n' });
  git(work, 'init', '-q', '--initial-branch=main');
  return (files: Readonly<Record<string, string>>): string => {
    writeFiles(work, files);
    git(work, 'add', '-A');
    git(work, 'commit', '-q', '-m', 'Change');
    return git(work, 'rev-parse', 'HEAD');
  };
}

const formats = ['table', 'json', 'yaml', 'markdown', 'html'];
const template = (text: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {${text}}\n`;

test('a definition that moves to another commit: either side has chart and shared values of its own', async () => {
  await using folder = await newFolder({ 'helm-gitops.config.yaml': config });
  const commit = committing(folder);
  const shared = (text: string) => ({ 'values/shared.yaml': text });
  const one = commit({ ...chart(template('size: "{{ .Values.size }}"')), ...shared('size: 1\n') });
  const two = commit({ ...chart(template('size: "{{ .Values.size }}", more: "yes"')), ...shared('size: 2\n') });
  const at = (revision: string) =>
    application(`values: [values/shared.yaml], environments: {dev: , prod: {revision: ${revision}}}`);
  const environments = ['dev', 'prod'].map(
    (name) => `apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: ${name}}\n`,
  );
  const base = commit({ ...at(one), 'apps/environments.yaml': environments.join('---\n') });
  // What the head has become since is no part of it.
  commit({ ...at(two), ...shared('size: 3\n') });
  const { code, stdout } = await run(folder.path, ['plan', 'web', '-e', 'prod', '--offline', '--base', base]);
  expect(code).toBe(0);
  expect(stdout).toContain('web/prod:\n');
  expect(stdout).toContain('/data/more: (none) → yes\n');
  expect(stdout).toContain('/data/size: 1 → 2\n');
  expect(stdout).toContain('values/shared.yaml:1 size 1→2');
  expect(stdout).toContain(`  by revision ${one.slice(0, 7)}→${two.slice(0, 7)}\n`);
});

test.each(formats)('another version of the chart is named: %s', async (format) => {
  await using folder = await newFolder({ 'helm-gitops.config.yaml': config });
  const commit = committing(folder);
  const versioned = template('version: {{ .Chart.Version | quote }}');
  const base = commit({ ...chart(versioned), ...application('environments: {dev: }') });
  commit({ 'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.1.0\n' });
  const { code, stdout } = await run(folder.path, ['plan', '--offline', '--base', base, '-o', format]);
  expect(code).toBe(0);
  expect(stdout).toContain('chart web 1.0.0→1.1.0');
});

describe('values of an encrypted file', () => {
  const [before, after] = ['Sx7-before-the-change', 'Sx7-after-the-change'] as const;
  const everywhere = template(
    'plain: "{{ .Values.token }}", coded: "{{ .Values.token | b64enc }}", url: "https://u:{{ .Values.token }}@example.com", size: "{{ .Values.size }}"',
  );
  const workload =
    '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: "w"}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: "x:{{ .Values.size }}", args: ["--token={{ .Values.token }}"]}]}}}\n';

  test.each(formats)('are in no plan, neither what was nor what comes: %s', async (format) => {
    const key = await newTestKey();
    await using folder = await newFolder({
      'helm-gitops.config.yaml': `${config}decryption: {age: {keyFile: age.txt}}\n`,
      'age.txt': key.identity,
    });
    const encrypted = async (token: string) => ({
      'values/web.yaml': JSON.stringify(await encryptSops({ token }, { recipient: key.recipient })),
    });
    const commit = committing(folder);
    const sized = (size: number) => application(`values: [values/web.yaml, {inline: {size: ${size}}}]`);
    const base = commit({ ...chart(everywhere + workload), ...(await encrypted(before)), ...sized(1) });
    commit({ ...(await encrypted(after)), ...sized(2) });
    const { code, stdout, stderr } = await run(folder.path, ['plan', '--offline', '--base', base, '-o', format]);
    expect(code).toBe(0);
    expect(stdout).toContain('/data/size');
    const texts = [before, after].flatMap((text) => [text, Buffer.from(text).toString('base64'), text.slice(4)]);
    for (const text of texts) expect(stdout + stderr).not.toContain(text);
  });
});
