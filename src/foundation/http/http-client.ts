/**
 * The client for everything outside the cluster: chart repositories, registries, forges. Errors are classed and name the
 * host, never a credential; a redirect to another origin loses the Authorization header.
 */
import type { Credential } from '../credentials/credential.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Basic or bearer, for the URL's own origin only; its caFile too. */
  readonly credential?: Credential | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the headers, and between two pieces of the body. Default 30,000. */
  readonly timeout?: number;
  /** Statuses that are an answer rather than an error, beside 2xx: 304, 401, 404… */
  readonly accept?: readonly number[];
  /**
   * Ask for gzip and decode it. Without it a body is handed on as it comes, whatever Content-Encoding says: servers label
   * .tgz files so, and Helm leaves them alone too.
   */
  readonly compressed?: boolean;
  /** Bytes of the (decoded) body at which it is given up. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Times the request may be sent. Default 4; 1 never tries again. */
  readonly attempts?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** After redirects. */
  readonly url: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body; longer than `limit` bytes is an error. */
  bytes(limit: number): Promise<Uint8Array>;
  text(limit: number): Promise<string>;
  /** Lets go of the body: for who does not want it. One that is neither read nor discarded holds its connection. */
  discard(): Promise<void>;
}

export interface HttpClient extends AsyncDisposable {
  /** Tries again what is transient (network, 429 and 503 with Retry-After, 5xx of GET and HEAD), then throws. */
  request(request: HttpRequest): Promise<HttpResponse>;
}
