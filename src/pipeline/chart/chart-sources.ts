/** Where charts come from that do not lie in the checkout. What asks for them never knows whether they were downloaded. */

/** A chart elsewhere, as Chart.yaml or a definition names it. */
export type ChartRequest =
  /** A classic chart repository; `version` is a version or a range, `''` for the newest. */
  | { readonly type: 'repository'; readonly repository: string; readonly name: string; readonly version: string }
  /** A registry: `oci://HOST/PATH/NAME`, with `:TAG` or `@sha256:…` where it is pinned. */
  | { readonly type: 'oci'; readonly reference: string; readonly version: string }
  | { readonly type: 'git'; readonly url: string; readonly revision: string | undefined; readonly path: string };

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
}

export interface ChartSources {
  fetch(request: ChartRequest): Promise<FetchedChart>;
}

/** Two requests with one key want the same thing. */
export function requestKey(request: ChartRequest): string {
  const { type } = request;
  if (type === 'git') return JSON.stringify([type, request.url, request.revision ?? '', request.path]);
  if (type === 'oci') return JSON.stringify([type, request.reference, request.version]);
  return JSON.stringify([type, request.repository, request.name, request.version]);
}
