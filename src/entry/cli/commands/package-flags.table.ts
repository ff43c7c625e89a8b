/** The flags of `helm package` 4.2.4 and of `push`; those about fetching are the ones of `dependency`. */
import { type DependencyFlag, dependencyFlags } from './dependency-flags.table.ts';

type Flags = Readonly<Record<string, DependencyFlag>>;

export const packageOwnFlags: Flags = {
  'app-version': { kind: 'text', value: 'version', summary: "instead of Chart.yaml's appVersion" },
  'dependency-update': { kind: 'boolean', short: 'u', summary: 'first do what dependency update does' },
  destination: { kind: 'text', short: 'd', value: 'folder', summary: 'where the archive goes; default: here' },
  version: { kind: 'text', value: 'version', summary: "instead of Chart.yaml's version" },
  sign: { kind: 'boolean' },
  key: { kind: 'text' },
  'passphrase-file': { kind: 'text' },
};

export const pushOwnFlags: Flags = {
  force: { kind: 'boolean', summary: 'let an HTTP repository replace a version that it has' },
};

export const packageFlags: Flags = { ...packageOwnFlags, ...dependencyFlags.update };
export const pushFlags: Flags = { ...pushOwnFlags, ...dependencyFlags.update };
