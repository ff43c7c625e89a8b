import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHelmRepositories } from '../../../src/foundation/credentials/read-helm-repositories.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'repositories-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function write(text: string): string {
  const file = join(home, 'repositories.yaml');
  writeFileSync(file, text);
  return file;
}

test('reads what helm repo add writes', async () => {
  const HELM_REPOSITORY_CONFIG = write(`apiVersion: ""
generated: "0001-01-01T00:00:00Z"
repositories:
- caFile: /ca.pem
  certFile: ""
  insecure_skip_tls_verify: false
  keyFile: ""
  name: private
  pass_credentials_all: true
  password: word
  url: https://charts.example/x
  username: ada
- {name: public, url: "https://public.example"}
- {name: nameless}
- text
`);
  expect(await readHelmRepositories({ environment: { HELM_REPOSITORY_CONFIG }, home })).toEqual([
    {
      name: 'private',
      url: 'https://charts.example/x',
      credential: { username: 'ada', password: 'word', caFile: '/ca.pem' },
      passCredentialsAll: true,
    },
    { name: 'public', url: 'https://public.example', credential: undefined, passCredentialsAll: false },
  ]);
});

test("knows Helm's folder, and that there may be none", async () => {
  expect(await readHelmRepositories({ environment: {}, home })).toEqual([]);
  mkdirSync(join(home, '.config/helm'), { recursive: true });
  writeFileSync(join(home, '.config/helm/repositories.yaml'), 'repositories: [{name: a, url: "https://a"}]');
  expect((await readHelmRepositories({ environment: {}, home })).map(({ name }) => name)).toEqual(['a']);
});

test.each(['- hunter2', 'a: [hunter2', '\u0000hunter2'])('%j is an error that shows nothing of it', async (text) => {
  const HELM_REPOSITORY_CONFIG = write(text);
  const error = await readHelmRepositories({ environment: { HELM_REPOSITORY_CONFIG }, home }).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'credentials.unreadable' });
  expect(`${error.stack} ${error.cause}`).not.toContain('hunter2');
});
