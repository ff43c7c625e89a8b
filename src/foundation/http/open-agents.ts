/**
 * Takes a proxy and a credential's certificates, returns the undici dispatcher that connects so: one for each combination,
 * kept open. Certificates are read anew each time, so that a renewed file counts; it never looks at names or passwords.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { HelmGitopsError } from '../base/errors.ts';
import type { Credential } from '../credentials/credential.ts';
import { credentialsError } from '../credentials/credentials-error.ts';

export interface Agents extends AsyncDisposable {
  find(way: Way): Promise<Dispatcher>;
}

export interface Way {
  readonly url: URL;
  readonly proxy: URL | undefined;
  readonly credential: Credential | undefined;
}

/** More combinations than this close the one that was not used for the longest. */
const maxAgents = 32;
const connectTimeout = 10_000;
const connectionsPerHost = 64;

export function openAgents(): Agents {
  const agents = new Map<string, Dispatcher>();
  let trusted: string[] | undefined;

  function contextOf(files: Certificates): SecureContext {
    // OpenSSL's own list and the machine's, where companies put their authorities; Go reads only the latter.
    trusted ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
    try {
      // OpenSSL passes over what it cannot read of this, and then trusts nobody.
      if (files.ca !== undefined) new X509Certificate(files.ca);
      return createSecureContext({ ...files, ca: files.ca ?? trusted });
    } catch (cause) {
      throw unreadable('the certificate or key of a credential is broken', cause);
    }
  }

  function create(
    { Agent, ProxyAgent }: typeof import('undici'),
    { url, proxy, credential }: Way,
    files: Certificates,
  ): Dispatcher {
    const rejectUnauthorized = credential?.insecureSkipTlsVerify !== true;
    const connect = url.protocol === 'https:' ? { rejectUnauthorized, secureContext: contextOf(files) } : {};
    const shared = { allowH2: false, connectTimeout, connections: connectionsPerHost, keepAliveTimeout: 15_000 };
    if (proxy === undefined) return new Agent({ ...shared, connect });
    const uri = proxy.href.replace(/^socks5h:/, 'socks5:');
    return new ProxyAgent({ ...shared, uri, requestTls: connect });
  }

  return {
    async find(way) {
      const files = await readCertificates(way.credential);
      // Late, as much of the command line asks nobody; CommonJS, of which a bundle has only the default export.
      const { default: undici } = await import('undici');
      const { protocol } = way.url;
      const insecure = way.credential?.insecureSkipTlsVerify === true;
      const key = digestOf([protocol, way.proxy?.href, files.ca, files.cert, files.key, insecure]);
      const agent = agents.get(key) ?? create(undici, way, files);
      agents.delete(key);
      agents.set(key, agent);
      const [oldest] = agents;
      if (agents.size > maxAgents && oldest !== undefined) {
        agents.delete(oldest[0]);
        void oldest[1].close();
      }
      return agent;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...agents.values()].map((agent) => agent.destroy()));
      agents.clear();
    },
  };
}

interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

async function readCertificates(credential: Credential | undefined): Promise<Certificates> {
  const { caFile, certFile, keyFile } = credential ?? {};
  return {
    ...(caFile === undefined ? {} : { ca: await readPem(caFile, 'caFile') }),
    ...(certFile === undefined ? {} : { cert: await readPem(certFile, 'certFile') }),
    ...(keyFile === undefined ? {} : { key: await readPem(keyFile, 'keyFile') }),
  };
}

async function readPem(file: string, field: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unreadable(`the ${field} ${file} cannot be read`, cause);
  });
  if (!text.includes('-----BEGIN ')) throw unreadable(`the ${field} ${file} is no PEM`);
  return text;
}

function unreadable(message: string, cause?: unknown): HelmGitopsError {
  return credentialsError('credentials.unreadable', message, { cause });
}

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
