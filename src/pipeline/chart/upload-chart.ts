/**
 * Uploads a chart's archive to a repository over HTTP: as ChartMuseum takes it (POST /api/charts), and where that is
 * unknown as a file (PUT), which Nexus, Artifactory and WebDAV take. Takes bytes, returns where it went; a version that
 * is there already is an error unless it may be replaced.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { Credential } from '../../foundation/credentials/credential.ts';
import type { HttpClient, HttpResponse } from '../../foundation/http/http-client.ts';

export interface ChartUpload {
  /** Of the repository. */
  readonly url: string;
  /** `shop-1.0.0.tgz` */
  readonly fileName: string;
  readonly archive: Uint8Array;
  readonly provenance?: Uint8Array | undefined;
  readonly credential?: Credential | undefined;
  /** Replaces a version that is there already. */
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Returns the URL that it was sent to. */
export async function uploadChart(http: HttpClient, upload: ChartUpload): Promise<string> {
  const base = upload.url.replace(/\/+$/, '');
  const force = upload.force === true ? '?force' : '';
  const posted = await send(http, upload, { method: 'POST', url: `${base}/api/charts${force}`, body: upload.archive });
  if (posted !== 'unknown') {
    const { provenance } = upload;
    if (provenance !== undefined) {
      await send(http, upload, { method: 'POST', url: `${base}/api/prov${force}`, body: provenance });
    }
    return `${base}/charts/${upload.fileName}`;
  }
  const url = `${base}/${encodeURIComponent(upload.fileName)}`;
  await put(http, upload, { url, body: upload.archive });
  if (upload.provenance !== undefined) await put(http, upload, { url: `${url}.prov`, body: upload.provenance });
  return url;
}

interface Sending {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly body: Uint8Array;
}

const TYPE = { 'content-type': 'application/gzip' };

/** `unknown` where the server knows no such address or method. */
async function send(http: HttpClient, upload: ChartUpload, sending: Sending): Promise<'sent' | 'unknown'> {
  const { credential, signal, fileName } = upload;
  const answer = await http.request({ ...sending, headers: TYPE, credential, signal, accept: [404, 405, 409] });
  const { status } = answer;
  if (status === 409) throw await exists(answer, fileName);
  await answer.discard();
  return status === 404 || status === 405 ? 'unknown' : 'sent';
}

/** A PUT replaces: what is there is looked for before. */
async function put(
  http: HttpClient,
  upload: ChartUpload,
  { url, body }: { url: string; body: Uint8Array },
): Promise<void> {
  const { credential, signal, fileName, force = false } = upload;
  if (!force) {
    const found = await http.request({ url, method: 'HEAD', credential, signal, accept: [404, 405] });
    if (found.status < 300) throw await exists(found, fileName);
    await found.discard();
  }
  if ((await send(http, upload, { method: 'PUT', url, body })) === 'sent') return;
  throw new HelmGitopsError('push.not-taken', 'user', `${new URL(url).host} takes no charts there`, {
    hint: 'ChartMuseum and servers that store what is PUT are known; a registry is named by oci://',
  });
}

async function exists(answer: HttpResponse, fileName: string): Promise<HelmGitopsError> {
  await answer.discard();
  return new HelmGitopsError('push.exists', 'user', `${fileName} is already in the repository`, {
    hint: 'give it another version, or replace it with --force',
  });
}
