/**
 * Completes package-lock.json after an install: npm leaves out optional platform packages that its registry did not
 * hold when the lock was written, and `npm ci` then refuses the lock on machines where they exist. Addresses and
 * integrities stay out of the entries that are added. Run it after every `npm install`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface LockEntry {
  version?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
}

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockEntry> };
let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => lock.packages[place]) || !/^\d/.test(version)) continue;
    const platform = name.split('/').at(-1) ?? name;
    const os = /(linux|darwin|win32|android|freebsd|openharmony|netbsd|openbsd|sunos|aix)/.exec(platform)?.[1];
    const cpu = /(x64|arm64|arm|ia32|ppc64|riscv64|s390x|loong64|wasm32)/.exec(platform)?.[1];
    lock.packages[`node_modules/${name}`] = {
      version,
      optional: true,
      ...(entry.dev ? { dev: true } : {}),
      ...(os ? { os: [os] } : {}),
      ...(cpu ? { cpu: [cpu] } : {}),
    } as LockEntry;
    added += 1;
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
process.stdout.write(`package-lock.json: ${added} optional packages added\n`);
