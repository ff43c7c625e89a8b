/** What every way to a chart elsewhere works with. */
import type { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ContentStore, StoredContent } from '../../foundation/content-store/content-store.ts';
import type { FindCredential } from '../../foundation/credentials/credential.ts';
import type { HttpClient } from '../../foundation/http/http-client.ts';
import type { Registry } from '../../foundation/oci/open-registry.ts';
import type { UrlMirror } from './repository/repository-url.ts';
import type { Share } from './share-runs.ts';

export interface DownloadParts {
  readonly http: HttpClient;
  readonly findCredential: FindCredential;
  readonly registry: Registry;
  readonly store: ContentStore;
  readonly mirrors: readonly UrlMirror[];
  readonly signal: AbortSignal | undefined;
  /** One run for all who ask for the same thing at once. */
  readonly share: Share;
}

/** Bytes that a packed chart may have; Helm takes no more than 100 MiB unpacked. */
export const largestArchive = 100 * 1024 * 1024;

/** Milliseconds and tries, where something of earlier may serve: others wait behind it. */
export const impatient = { timeout: 10_000, attempts: 2 } as const;

/** Whether what was found earlier may serve instead: nobody there said no. */
export function isOutOfReach({ code, fault }: HelmGitopsError): boolean {
  if (code === 'http.aborted') return false;
  return (fault === 'transient' && /^(http|git|oci)\./.test(code)) || code === 'http.tls' || code === 'http.proxy';
}

/** An archive in the store, and how it came there. */
export interface FoundChart {
  readonly content: StoredContent;
  readonly version: string;
  /** For people. */
  readonly from: string;
  /** Of a registry's manifest, by which some indexes name a chart. */
  readonly manifestDigest?: string | undefined;
  /** The signed text beside it; undefined where there is none. */
  provenance(): Promise<Uint8Array | undefined>;
  /** What was said the last time, for want of an answer now. */
  readonly stale?: boolean;
}
