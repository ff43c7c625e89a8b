/** The repositories of a folder over HTTP, by git itself: `http://127.0.0.1:PORT/NAME`. */
import { spawn } from 'node:child_process';
import { gitEnvironment } from './git-repository.ts';
import { startServer, type TestServer } from './start-server.ts';

export async function serveGit(folder: string): Promise<TestServer> {
  return await startServer(async ({ method, url, headers, body }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://x');
    const environment = {
      ...gitEnvironment,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: method,
      PATH_INFO: pathname,
      QUERY_STRING: searchParams.toString(),
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    };
    const backend = spawn('git', ['http-backend'], { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
    // It may have said all before it has read all.
    backend.stdin.on('error', () => undefined).end(body);
    const answer = Buffer.concat(await backend.stdout.toArray());
    const end = answer.indexOf('\r\n\r\n');
    const lines = answer.subarray(0, end).toString().split('\r\n');
    const given = new Map(
      lines.map((line) => [line.replace(/:.*/s, '').toLowerCase(), line.replace(/^[^:]*:\s*/, '')]),
    );
    const status = Number.parseInt(given.get('status') ?? '200', 10);
    given.delete('status');
    response.writeHead(status, Object.fromEntries(given)).end(answer.subarray(end + 4));
  });
}
