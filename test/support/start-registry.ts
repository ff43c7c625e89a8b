/** The real registry (`REGISTRY_BIN`) on the loopback with a folder of its own, with TLS and access control as wanted. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import type { TestCertificate } from './make-certificate.ts';

export interface RealRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly folder: string;
}

export interface RealRegistryOptions {
  readonly tls?: TestCertificate;
  /** The `auth` section of its configuration; `htpasswd` stands for the user `ada` with the password `hunter2`. */
  readonly auth?: 'htpasswd' | { readonly token: Readonly<Record<string, string>> };
}

/** bcrypt of `hunter2`. */
const htpasswd = 'ada:$2b$05$abcdefghijklmnopqrstuuoXuKqgZXLiJqzfmMXDDhSFPIvxV7t8.\n';

export async function startRegistry(binary: string, { tls, auth }: RealRegistryOptions = {}): Promise<RealRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: {
      addr: host,
      ...(tls === undefined ? {} : { tls: { certificate: write('cert', tls.cert), key: write('key', tls.key) } }),
    },
    ...(auth === 'htpasswd' ? { auth: { htpasswd: { realm: 'x', path: write('htpasswd', htpasswd) } } } : {}),
    ...(typeof auth === 'object' ? { auth } : {}),
  };
  // JSON is YAML.
  const child = spawn(binary, ['serve', write('config.yml', JSON.stringify(config))], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { OTEL_TRACES_EXPORTER: 'none' },
  });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const ended = new Promise<void>((settle) => child.once('exit', () => settle()));
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    const answered = await fetch(`http://${host}/v2/`).then(
      () => true,
      () => false,
    );
    if (answered) break;
    if (tries > 100 || child.exitCode !== null) {
      await close();
      throw new Error(`the registry does not start: ${said}`);
    }
    await wait(50);
  }
  return { host, folder, [Symbol.asyncDispose]: close };
}
