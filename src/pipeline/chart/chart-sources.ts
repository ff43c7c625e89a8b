/** Where charts come from that do not lie in the checkout. What asks for them never knows whether they were downloaded. */

import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { displayUrl as displayGitUrl } from '../../foundation/git/git-url.ts';
import { displayUrl } from '../../foundation/http/display-url.ts';

/** A chart elsewhere, as Chart.yaml or a definition names it. */
export type ChartRequest =
  /** A classic chart repository; `version` is a version or a range, `''` for the newest. */
  (
    | { readonly type: 'repository'; readonly repository: string; readonly name: string; readonly version: string }
    /** A registry: `oci://HOST/PATH/NAME`, with `:TAG` or `@sha256:…` where it is pinned. */
    | {
        readonly type: 'oci';
        readonly reference: string;
        readonly version: string;
        /** Absolute: a public key with which cosign must have signed the manifest. */
        readonly cosignKey?: string | undefined;
      }
    | { readonly type: 'git'; readonly url: string; readonly revision: string | undefined; readonly path: string }
  ) & {
    /** Absolute: of OpenPGP keys, one of which must have signed the archive. */
    readonly keyring?: string | undefined;
  };

export interface FetchedChart {
  /** On disk: an archive, or a folder of a checkout. */
  readonly path: string;
  /** Nothing outside it is read; of an archive its own folder. */
  readonly root: string;
  /** The version, or the commit, that the range or the branch named at the time. */
  readonly version: string;
  /** `sha256:…` of the archive; `git:COMMIT` of a folder. */
  readonly digest: string;
  /** For people: `https://charts.example.com/shop-1.4.2.tgz`, without credentials. */
  readonly from: string;
  /** The source could not be asked whether it has moved: this is where it stood the last time. */
  readonly stale?: boolean;
}

export interface ChartSources {
  /** What `@NAME` and `alias:NAME` stand for in a Chart.yaml: Helm's repositories.yaml. */
  readonly aliases?: ReadonlyMap<string, string> | undefined;
  /** Milliseconds for which one chart is waited for; default: as long as a look at a repository may last. */
  readonly patience?: number | undefined;
  fetch(request: ChartRequest): Promise<FetchedChart>;
}

/** Where the network is not to be asked. */
export const offlineSources: ChartSources = {
  fetch: (request) =>
    Promise.reject(new HelmGitopsError('chart.offline', 'transient', `${describeRequest(request)} lies elsewhere`)),
};

/** Where nothing may be fetched. */
export const noSources: ChartSources = {
  fetch: (request) =>
    Promise.reject(
      new HelmGitopsError('chart.not-found', 'user', `${describeRequest(request)} is not on this machine`),
    ),
};

export function describeRequest(request: ChartRequest): string {
  if (request.type === 'git') return `the chart ${request.path || '.'} of ${displayGitUrl(request.url)}`;
  const name =
    request.type === 'oci' ? displayUrl(request.reference) : `${request.name} of ${displayUrl(request.repository)}`;
  return `the chart ${name}${request.version === '' ? '' : ` ${request.version}`}`;
}

/** Two requests with one key want the same thing. */
export function requestKey(request: ChartRequest): string {
  const { type, keyring = '' } = request;
  if (type === 'git') return JSON.stringify([type, request.url, request.revision ?? '', request.path]);
  if (type === 'oci') {
    const { reference, version, cosignKey } = request;
    return JSON.stringify([type, reference, version, keyring, ...(cosignKey === undefined ? [] : [cosignKey])]);
  }
  return JSON.stringify([type, request.repository, request.name, request.version, keyring]);
}

/** May the same request be answered otherwise tomorrow? A version, a digest and a commit stay what they are. */
export function isMoving(request: ChartRequest): boolean {
  if (request.type === 'git') return !/^[0-9a-f]{40}$/.test(request.revision ?? '');
  if (request.type === 'oci' && /@sha256:/.test(request.reference)) return false;
  const tag = request.type === 'oci' ? /:([^:/@]+)$/.exec(request.reference.replace(/^oci:\/\//, ''))?.[1] : undefined;
  return !/^v?\d+\.\d+\.\d+(?:[-+_][0-9A-Za-z.+_-]+)?$/.test(request.version || (tag ?? ''));
}
