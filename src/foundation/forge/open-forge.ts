/**
 * Takes a repository's URL, what the configuration says of its forge, and the credentials; returns the forge, or in one
 * sentence why there is none. It asks nobody.
 */

import type { FindCredential } from '../credentials/credential.ts';
import { displayUrl } from '../git/git-url.ts';
import type { ForgeConfig, ForgeKind } from '../git/repository-config.ts';
import type { HttpClient } from '../http/http-client.ts';
import { type AskForge, type ForgeLimits, openAsk } from './ask-forge.ts';
import { bitbucketForge } from './bitbucket.ts';
import type { Forge, RequestTexts } from './forge.ts';
import { forgeKinds } from './forge-kinds.table.ts';
import { giteaForge } from './gitea.ts';
import { githubForge } from './github.ts';
import { gitlabForge } from './gitlab.ts';
import { type ForgePlace, locateForge } from './locate-forge.ts';

export interface ForgeInput {
  /** As git has it: https, ssh, or `git@host:path`. */
  readonly url: string;
  readonly configured: ForgeConfig | undefined;
  readonly http: HttpClient;
  readonly findCredential: FindCredential;
  readonly signal?: AbortSignal | undefined;
  /** What is known of earlier calls; default: nothing. */
  readonly limits?: ForgeLimits;
  /** Milliseconds since 1970; default: the machine's clock. */
  readonly now?: () => number;
}

export type OpenedForge = { readonly forge: Forge } | { readonly missing: string };

const clients: Readonly<Record<ForgeKind, (place: ForgePlace, ask: AskForge) => Forge>> = {
  gitea: giteaForge,
  github: githubForge,
  gitlab: gitlabForge,
  bitbucket: bitbucketForge,
};

export async function openForge({
  url,
  configured,
  http,
  findCredential,
  signal,
  limits = new Map(),
  now = Date.now,
}: ForgeInput): Promise<OpenedForge> {
  const place = locateForge(url, configured);
  if (place === undefined) {
    const kinds = Object.keys(forgeKinds).join(', ');
    return {
      missing: `which forge ${displayUrl(url)} lies on is not known: "forge" of the repository says it (${kinds})`,
    };
  }
  const found = await findCredential(place.web);
  const credential = found?.password === undefined ? await findCredential(place.api) : found;
  if (!credential?.password) return { missing: `"credentials" have no token for ${place.web}` };
  const forge = clients[place.kind](place, openAsk({ place, http, credential, signal, limits, now }));
  const { longestBody } = forgeKinds[place.kind];
  const shorten = <Texts extends Pick<RequestTexts, 'body'>>(texts: Texts) => ({
    ...texts,
    body: texts.body.slice(0, longestBody),
  });
  return {
    forge: {
      ...forge,
      openRequest: (opening) => forge.openRequest(shorten(opening)),
      keepComment: (number, comment) => forge.keepComment(number, shorten(comment)),
      updateRequest: (number, texts) => forge.updateRequest(number, shorten(texts)),
    },
  };
}
