/** A few requests to the real API server that KUBECONFIG_REAL names (token and self-signed certificate). */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';

export interface Answer {
  readonly status: number;
  readonly body: KubernetesObject & { message?: string; details?: { causes?: { message: string; field: string }[] } };
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
}

export function realServer(kubeconfig: string): (call: Call) => Promise<Answer> {
  // Read with the first call: what is skipped has no kubeconfig.
  const connect = (): { server: string; token: string } => {
    const text = readFileSync(kubeconfig, 'utf8');
    const found = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
    return { server: found(/server: "?([^",}\s]+)/), token: found(/token: "?([^",}\s]+)/) };
  };
  return ({ method, path, body, type = 'application/json' }) =>
    new Promise((resolve, reject) => {
      const { server, token } = connect();
      const headers = { authorization: `Bearer ${token}`, 'content-type': type, accept: 'application/json' };
      const call = request(server + path, { method, headers, rejectUnauthorized: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          // A path that nothing serves answers in plain text.
          const body: Answer['body'] = text.startsWith('{') ? JSON.parse(text) : { message: text };
          resolve({ status: response.statusCode ?? 0, body });
        });
      });
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
}
