/** Whether a URL and a revision name the very commit that holds the definition. Pure. */
import { plainUrl } from '../plain-url.ts';
import type { OwnRepository } from './foreign-application.ts';

export function isOwnRepository(url: string, own: OwnRepository): boolean {
  const wanted = plainUrl(url);
  return own.urls.some((known) => plainUrl(known) === wanted);
}

/** HEAD and nothing are the same; a branch may be written in full. */
export function isOwnRevision(revision: string | undefined, own: OwnRepository): boolean {
  const plain = (written: string | undefined) => (written || 'HEAD').replace(/^refs\/(heads|tags)\//, '');
  return plain(revision) === plain(own.revision) || (own.commit !== undefined && revision === own.commit);
}
