/** Takes the path of a file that programs of others keep, returns its text, or undefined where there is none to read. */
import { open } from 'node:fs/promises';
import { HelmGitopsError } from '../base/errors.ts';
import { credentialsError } from './credentials-error.ts';

const longest = 4 << 20;
const absent = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** `required`: somebody named it, so that it must be readable; a home that is another user's is as good as none. */
export async function readSmallFile(path: string, required: boolean): Promise<string | undefined> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > longest) throw credentialsError('credentials.unreadable', `${path} is longer than ${longest} bytes`);
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof HelmGitopsError) throw cause;
    const code = String((cause as { code?: unknown }).code);
    if (absent.has(code) || (code === 'EACCES' && !required)) return undefined;
    throw credentialsError('credentials.unreadable', `${path} cannot be read (${code})`, { cause });
  }
}
