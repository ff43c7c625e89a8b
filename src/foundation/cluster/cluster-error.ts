/** Failed calls as HelmGitopsErrors: Kubernetes' Status objects and what the network does, never with a secret value. */
import { type ErrorDetails, HelmGitopsError } from '../base/errors.ts';
import type { ApiStatus } from './cluster-client.ts';
import { type ClusterErrorCode, clusterErrors } from './cluster-errors.table.ts';

export function clusterError(code: ClusterErrorCode, message: string, details?: ErrorDetails): HelmGitopsError {
  return new HelmGitopsError(code, clusterErrors[code].fault, message, details);
}

export function isClusterError(error: unknown, ...codes: ClusterErrorCode[]): error is HelmGitopsError {
  return error instanceof HelmGitopsError && (codes as string[]).includes(error.code);
}

/** The whole cluster cannot be worked with, whatever was asked of it. */
export function isOutOfReach(error: unknown): boolean {
  return isClusterError(
    error,
    'cluster.certificate',
    'cluster.credentials',
    'cluster.kubeconfig',
    'cluster.unauthorized',
    'cluster.unreachable',
  );
}

/** What the server said, of an error that it answered. */
export function apiStatusOf(error: unknown): ApiStatus | undefined {
  const cause = error instanceof HelmGitopsError ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause && 'reason' in cause
    ? (cause as ApiStatus)
    : undefined;
}

/** The answer's body as a Status; a proxy's HTML page or an empty body becomes one too. */
export function parseApiStatus(code: number, body: string, retryAfter: number | undefined): ApiStatus {
  const status = parseObject(body);
  const isStatus = status?.kind === 'Status';
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    code,
    reason: isStatus ? text(status.reason) : '',
    message: isStatus ? text(status.message) : `HTTP ${code}: ${body.slice(0, 200).replace(/\s+/g, ' ').trim()}`,
    ...(isStatus && status.details !== undefined ? { details: status.details } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** `what` names the call: `apply Secret/shop`. Of Secrets, values that the server quotes are taken out. */
export function statusError(status: ApiStatus, what: string): HelmGitopsError {
  const redacted = /Secret/.test(what) ? { ...status, message: withoutValues(status.message) } : status;
  const code = codeOf(redacted);
  return clusterError(code, `${what}: ${redacted.message || `HTTP ${redacted.code}`}`, {
    hint: hintOf(code, redacted),
    cause: withoutDetailValues(redacted, redacted !== status),
  });
}

/** `through` is the proxy's host and port. */
export function networkError(
  error: unknown,
  what: string,
  hop: { server: string; through?: string | undefined },
): HelmGitopsError {
  if (error instanceof HelmGitopsError) return error;
  const { code, message } = errorCode(error);
  const server = hop.through === undefined ? hop.server : `${hop.server} through the proxy ${hop.through}`;
  if (certificateCodes.has(code) || code.startsWith('ERR_TLS'))
    return clusterError('cluster.certificate', `${what}: the certificate of ${server} is not trusted: ${message}`, {
      hint: certificateHint(code),
      cause: error,
    });
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return clusterError('cluster.timeout', `${what}: ${server} did not answer in time`, { cause: error });
  if (/^HPE_/.test(code) || (error as Error | null)?.name === 'HTTPParserError')
    return clusterError('cluster.protocol', `${what}: what ${server} answers is not HTTP (${code})`, {
      hint: 'no API server listens there, or it expects https',
      cause: error,
    });
  const problem = code === 'UND_ERR_CONNECT_TIMEOUT' ? 'no connection in time' : message;
  return clusterError('cluster.unreachable', `${what}: ${server} cannot be reached: ${problem}`, {
    hint: reachHint({ code, message, ...hop }),
    cause: error,
  });
}

function certificateHint(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return "renew the API server's certificate, or set this machine's clock right";
  if (code === 'CERT_NOT_YET_VALID') return "set this machine's clock right";
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'name one of the hosts of the certificate with tls-server-name in the kubeconfig';
  return 'check certificate-authority(-data) in the kubeconfig: it has to be of the authority that signed the certificate';
}

function reachHint({
  code,
  message,
  through,
  server,
}: {
  code: string;
  message: string;
  through?: string | undefined;
  server: string;
}): string | undefined {
  const refusal = /^Proxy response \((\d+)\)/.exec(message)?.[1];
  if (refusal === '407') return 'give name and password in the URL of the proxy';
  if (through !== undefined) return 'check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'check the host in the kubeconfig, and the DNS of this machine';
  if (code === 'ECONNREFUSED') return 'check that the API server runs, and its port in the kubeconfig';
  if (/^ERR_SSL_|^EPROTO/.test(code)) return 'it seems to speak plain http, or no TLS that is understood here';
  if (/^(ERR_OSSL|EINVAL)/.test(code))
    return 'check client-certificate and client-key in the kubeconfig: they have to belong together';
  if (server.startsWith('http:')) return 'an API server expects https';
  return code === 'UND_ERR_CONNECT_TIMEOUT' ? 'a firewall may hold it up; HTTPS_PROXY names a proxy' : undefined;
}

export function abortError(what: string, reason: unknown): HelmGitopsError {
  if (reason instanceof HelmGitopsError) return reason;
  return clusterError('cluster.aborted', `${what}: given up`, { cause: reason });
}

const certificateCodes = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'HOSTNAME_MISMATCH',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const byReason: Readonly<Record<string, ClusterErrorCode>> = {
  AlreadyExists: 'cluster.already-exists',
  BadRequest: 'cluster.bad-request',
  Conflict: 'cluster.conflict',
  Expired: 'cluster.expired',
  Forbidden: 'cluster.forbidden',
  Gone: 'cluster.expired',
  InternalError: 'cluster.server-error',
  Invalid: 'cluster.invalid',
  MethodNotAllowed: 'cluster.not-allowed',
  NotFound: 'cluster.not-found',
  RequestEntityTooLarge: 'cluster.too-large',
  ServerTimeout: 'cluster.timeout',
  ServiceUnavailable: 'cluster.unavailable',
  Timeout: 'cluster.timeout',
  TooManyRequests: 'cluster.too-many-requests',
  Unauthorized: 'cluster.unauthorized',
};

const byHttpCode: Readonly<Record<number, ClusterErrorCode>> = {
  400: 'cluster.bad-request',
  401: 'cluster.unauthorized',
  403: 'cluster.forbidden',
  404: 'cluster.not-found',
  405: 'cluster.not-allowed',
  409: 'cluster.conflict',
  410: 'cluster.expired',
  413: 'cluster.too-large',
  422: 'cluster.invalid',
  429: 'cluster.too-many-requests',
  503: 'cluster.unavailable',
  504: 'cluster.timeout',
};

const missingRight =
  / cannot \S+ (resource|path) |attempting to grant RBAC permissions|error looking up service account/;

function codeOf(status: ApiStatus): ClusterErrorCode {
  // Server-side apply answers 500 where the object does not fit its schema (Kubernetes 1.36).
  if (status.code === 500 && /failed to create typed \w+ object/.test(status.message)) return 'cluster.invalid';
  if (/^admission webhook "[^"]*" denied/.test(status.message)) return 'cluster.denied';
  if (hasCause(status, 'NamespaceTerminating')) return 'cluster.terminating';
  if (status.code === 403 && / is forbidden: exceeded quota: /.test(status.message)) return 'cluster.quota-exceeded';
  // Missing rights name the right (`User "x" cannot create resource`); other refusals come from admission plugins.
  if (status.code === 403 && / is forbidden: /.test(status.message) && !missingRight.test(status.message))
    return 'cluster.denied';
  const named = Object.hasOwn(byReason, status.reason) ? byReason[status.reason] : undefined;
  return named ?? byHttpCode[status.code] ?? (status.code >= 500 ? 'cluster.server-error' : 'cluster.protocol');
}

function hintOf(code: ClusterErrorCode, status: ApiStatus): string | undefined {
  if (code === 'cluster.forbidden')
    return 'grant this right to the account that the message names; helm-gitops rbac prints all that is needed';
  if (code === 'cluster.unauthorized') return 'renew the token or certificate in the kubeconfig';
  if (code === 'cluster.invalid' && /field is immutable|may not change once set|are forbidden/.test(status.message))
    return 'this field cannot be changed in place: delete the object, or rename it in the chart';
  if (code === 'cluster.too-large') return 'make the object smaller than 1 MiB (3 MiB in JSON)';
  return undefined;
}

function hasCause(status: ApiStatus, reason: string): boolean {
  const causes = (status.details as { causes?: unknown } | undefined)?.causes;
  return Array.isArray(causes) && causes.some((cause) => (cause as { reason?: unknown } | null)?.reason === reason);
}

/**
 * `Invalid value: "…"` and `got &value.valueUnstructured{Value:…}` quote what the object holds; the latter without an
 * end that could be recognized, so that all after it goes.
 */
function withoutValues(message: string): string {
  return message
    .replace(/got &value\..*$/s, 'another type')
    .replace(/(value: ?)("(?:[^"\\]|\\.)*"|[{[].*$|[^\s:,;]+)/gis, '$1***');
}

function withoutDetailValues(status: ApiStatus, secret: boolean): ApiStatus {
  if (!secret || status.details === undefined) return status;
  const { details: _, ...rest } = status;
  return rest;
}

function errorCode(error: unknown): { code: string; message: string } {
  const seen = error as { code?: unknown; message?: unknown; errors?: unknown[]; cause?: unknown } | null;
  // `connect` to a name with several addresses fails with an AggregateError without a message.
  if (Array.isArray(seen?.errors) && seen.errors.length > 0) return errorCode(seen.errors[0]);
  const code = typeof seen?.code === 'string' ? seen.code : '';
  return { code, message: typeof seen?.message === 'string' && seen.message !== '' ? seen.message : code || 'unknown' };
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
