/**
 * Takes the name of a credential helper (`docker-credential-NAME`) and a server, returns what it keeps for that server.
 * A name comes from a file: it never becomes a path.
 */
import { type ExecFileException, execFile } from 'node:child_process';
import type { Credential } from './credential.ts';
import { credentialsError } from './credentials-error.ts';

export interface HelperRequest {
  readonly name: string;
  readonly server: string;
  /** The file that names it: for messages. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const longestRun = 30_000;
const longestOutput = 1 << 20;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

export async function askCredentialProgram(request: HelperRequest): Promise<Credential | undefined> {
  const { name, file } = request;
  if (!namePattern.test(name))
    throw credentialsError('credentials.helper', `${file} names a credential helper that is no name of a program`);
  const program = `docker-credential-${name}`;
  const { error, stdout } = await run(program, request);
  if (error === undefined) return readAnswer(stdout, program);
  if (/credentials not found/i.test(stdout)) return undefined;
  if (error.code === 'ENOENT' || error.code === 'EACCES')
    throw credentialsError('credentials.helper', `the credential helper ${program} is not installed`, {
      hint: `install it where PATH leads, or take it out of ${file}`,
    });
  if (error.killed === true || error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    throw credentialsError('credentials.helper', `the credential helper ${program} does not end, or says too much`);
  // What looks like an answer may hold the secret, whatever the exit code.
  const words = /[{":=]/.test(stdout) ? '' : stdout;
  const said = (words.trim().split('\n')[0] ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, 200);
  throw credentialsError(
    'credentials.helper',
    `the credential helper ${program} fails: ${said || 'it does not say why'}`,
  );
}

function run(
  program: string,
  { server, environment }: HelperRequest,
): Promise<{ error: ExecFileException | undefined; stdout: string }> {
  return new Promise((settle) => {
    const options = {
      env: { ...environment },
      timeout: longestRun,
      killSignal: 'SIGKILL',
      maxBuffer: longestOutput,
    } as const;
    const child = execFile(program, ['get'], options, (error, stdout) => settle({ error: error ?? undefined, stdout }));
    // A program that is missing, or does not read, breaks the pipe; the callback tells what happened.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(server);
  });
}

function readAnswer(stdout: string, program: string): Credential | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw credentialsError('credentials.helper', `the credential helper ${program} answers something that is not JSON`);
  }
  const { Username: username, Secret: secret } = (answer ?? {}) as { Username?: unknown; Secret?: unknown };
  if (typeof secret !== 'string' || secret === '') return undefined;
  // Docker's sign for a token of the token server.
  if (username === '<token>' || username === '') return { refreshToken: secret };
  return typeof username === 'string' ? { username, password: secret } : undefined;
}
