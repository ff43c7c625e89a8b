import { describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../../support/start-server.ts';
import { newFolder, run } from './run-in-process.ts';

const kubeconfig = (user: string) => `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: c, user: ann}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: ann, user: ${user}}]
`;
const config = (clusters: string) => `repositories: [{name: fleet, url: .}]\nclusters: [${clusters}]\n`;
const main = '{name: main, kubeconfig: kubeconfig}';

async function scene(answer: { status?: number; body?: object } = {}, user = '{token: of-ann}', clusters = main) {
  const { status = 200, body = { app: 'web', environment: 'prod', by: 'ann' } } = answer;
  const server: TestServer = await startServer(async (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  const files = { 'helm-gitops.config.yaml': config(clusters), kubeconfig: kubeconfig(user), token: ' of-bob \n' };
  const folder = await newFolder({ ...files, empty: '\n' });
  return {
    server,
    decide: (...args: string[]) => run(folder.path, args),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('approve and reject by the API', () => {
  test('show the token of the kubeconfig, or of a file, and say as whom', async () => {
    await using here = await scene();
    const { url, seen } = here.server;
    expect(await here.decide('approve', 'p-1', '--server', url)).toEqual({
      ...{ code: 0, stderr: '', stdout: 'web/prod: approve done, p-1 by ann\n' },
    });
    await here.decide('reject', 'p-1', '--reason', 'no', '--server', `${url}/`, '--token-file', 'token');
    expect(
      seen.map(({ method, url: path, headers, body }) => [method, path, headers['authorization'], `${body}`]),
    ).toEqual([
      ['POST', '/api/v1/decisions/p-1', 'Bearer of-ann', '{"decision":"approve"}'],
      ['POST', '/api/v1/decisions/p-1', 'Bearer of-bob', '{"decision":"reject","reason":"no"}'],
    ]);
  });

  test.each([
    [409, 2, 'error: p-1 does not wait any more\n'],
    [403, 2, 'error: p-1 does not wait any more\n'],
    [503, 1, 'error: p-1 does not wait any more\n'],
    [429, 1, 'error: p-1 does not wait any more\n'],
  ])('that is answered with %i ends with %i', async (status, code, text) => {
    await using here = await scene({ status, body: { error: 'p-1 does not wait any more' } });
    const ended = await here.decide('approve', 'p-1', '--server', here.server.url);
    expect([ended.code, ended.stderr.startsWith(text)]).toEqual([code, true]);
  });

  test.each<[string, string, string, string[]]>([
    ['to another machine in plain text', '{token: of-ann}', main, ['--server', 'http://git.example.com']],
    ['to what is no server', '{token: of-ann}', main, ['--server', 'git.example.com:8080']],
    ['of a user that has none', '{username: ann, password: of-ann}', main, ['--server', 'SERVER']],
    ['of an empty file', '{token: of-ann}', main, ['--server', 'SERVER', '--token-file', 'empty']],
    ['of a file that is not there', '{token: of-ann}', main, ['--server', 'SERVER', '--token-file', 'none']],
    [
      'of one of several clusters',
      '{token: of-ann}',
      `${main}, {name: b, kubeconfig: kubeconfig}`,
      ['--server', 'SERVER'],
    ],
    ['of an unknown cluster', '{token: of-ann}', main, ['--server', 'SERVER', '--cluster', 'b']],
  ])('send no token %s', async (_title, user, clusters, args) => {
    await using here = await scene({}, user, clusters);
    const { url, seen } = here.server;
    const ended = await here.decide('approve', 'p-1', ...args.map((one) => (one === 'SERVER' ? url : one)));
    expect([ended.code, seen]).toEqual([2, []]);
    expect(ended.stderr).not.toContain('of-ann');
  });
});
