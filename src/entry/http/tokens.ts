/**
 * Tokens of people and programs, from lines NAME:TOKEN (`#` starts a comment). The file is read at every question: a
 * token that was taken out works no more, nor does a session that began with it. Never tells which token was nearly right.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';

export interface Tokens {
  accepts(token: string): Promise<boolean>;
  acceptsSession(session: string): Promise<boolean>;
}

export function createTokens(file: string): Tokens {
  return {
    accepts: async (token) => includes(await readTokens(file), token),
    acceptsSession: async (session) => includes((await readTokens(file)).map(sessionOf), session),
  };
}

/** What a browser keeps instead of the token: it opens nothing but pages of this daemon, and needs no memory here. */
export function sessionOf(token: string): string {
  return createHmac('sha256', token).update('helm-gitops session').digest('hex');
}

async function readTokens(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new HelmGitopsError('server.token-file', 'transient', 'the token file cannot be read', { cause });
  });
  return text
    .split('\n')
    .filter((line) => line.includes(':') && !line.trimStart().startsWith('#'))
    .map((line) => line.slice(line.indexOf(':') + 1).trim())
    .filter((token) => token !== '');
}

/** Looks at all of them, each in constant time. */
function includes(known: readonly string[], given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(given);
  return known.map((one) => timingSafeEqual(digest(one), wanted)).includes(true);
}
