/**
 * Splits rendered files into documents, tells hooks from the rest and sorts both by kind as Helm does (helm.md §4.6).
 * Takes files by full path, returns hooks and documents; parses no more than each document's head.
 */
import { posix } from 'node:path';
import { compareStrings } from '../../foundation/base/byte-string.ts';
import { sortForInstall } from '../../foundation/manifest/kind-order.ts';
import { type ManifestHead, parseManifestHead } from '../../foundation/manifest/manifest-head.ts';
import { splitManifests } from '../../foundation/manifest/split-manifests.ts';
import { quote } from '../../foundation/template/quote.ts';
import { GoError } from '../../foundation/template/value.ts';
import type { HelmWarning, Warn } from '../../foundation/values/helm-warning.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { Hook, HookDeletePolicy, HookEvent } from './rendered-release.ts';

export interface SortedManifest {
  /** The file it was rendered from. */
  readonly name: string;
  readonly content: string;
  readonly head: ManifestHead;
}

export interface SortedManifests {
  readonly hooks: Hook[];
  readonly manifests: SortedManifest[];
}

/** A document that is no YAML, or none of an object; `file` is the template. */
export class ManifestError extends GoError {
  readonly file: string;
  /** What Helm shows with --debug: every file as it was rendered, and the hooks found so far. */
  unsorted: { readonly manifest: string; readonly hooks: readonly Hook[] } = { manifest: '', hooks: [] };
  constructor(message: string, file: string, cause: unknown) {
    super(message, { cause });
    this.file = file;
  }
}

export function sortManifests(files: ReadonlyMap<string, string>, compat: Compat, warn?: Warn): SortedManifests {
  const found: Found = { hooks: [], manifests: [], warn };
  try {
    return sortFiles(files, compat, found);
  } catch (error) {
    if (error instanceof ManifestError) error.unsorted = { manifest: asRendered(files), hooks: found.hooks };
    throw error;
  }
}

interface Found extends SortedManifests {
  readonly warn: Warn | undefined;
}

/** By name, where Helm's order is random. */
function asRendered(files: ReadonlyMap<string, string>): string {
  return [...files]
    .filter(([, text]) => text.trim() !== '')
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([name, text]) => `---\n# Source: ${name}\n${text}\n`)
    .join('');
}

function sortFiles(files: ReadonlyMap<string, string>, compat: Compat, found: Found): SortedManifests {
  const { hooks, manifests } = found;
  for (const name of [...files.keys()].sort(compareStrings)) {
    const text = files.get(name) ?? '';
    if (posix.basename(name).startsWith('_') || text.trim() === '') continue;
    for (const content of splitManifests(text, compat))
      sortDocument({ name, content, head: headOf(content, name, compat) }, found);
  }
  return {
    hooks: sortForInstall(hooks, ({ kind }) => kind, compat),
    manifests: sortForInstall(manifests, ({ head }) => head.kind, compat),
  };
}

function headOf(content: string, name: string, compat: Compat): ManifestHead {
  try {
    return parseManifestHead(content, compat);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new ManifestError(`YAML parse error on ${name}: ${error.message}`, name, error);
  }
}

function sortDocument(document: SortedManifest, into: Found): void {
  const types = document.head.annotations.get('helm.sh/hook');
  if (types === undefined) {
    into.manifests.push(document);
    return;
  }
  const events = types.split(',').map((type) => hookEvents.get(type.trim().toLowerCase()));
  // One unknown name drops the document, known names beside it or not.
  if (events.every((event) => event !== undefined)) into.hooks.push(newHook(document, events));
  else into.warn?.(unknownHook(types));
}

const unknownHook = (types: string): HelmWarning => ({
  level: 'INFO',
  message: 'skipping unknown hooks',
  attributes: [['hookTypes', types]],
  helm3: `manifest_sorter.go:199: info: skipping unknown hook: ${quote(types)}`,
});

const hookEvents: ReadonlyMap<string, HookEvent> = new Map<string, HookEvent>([
  ['pre-install', 'pre-install'],
  ['post-install', 'post-install'],
  ['pre-delete', 'pre-delete'],
  ['post-delete', 'post-delete'],
  ['pre-upgrade', 'pre-upgrade'],
  ['post-upgrade', 'post-upgrade'],
  ['pre-rollback', 'pre-rollback'],
  ['post-rollback', 'post-rollback'],
  ['test', 'test'],
  // Helm 2's name.
  ['test-success', 'test'],
]);

function newHook({ name, content, head }: SortedManifest, events: HookEvent[]): Hook {
  return {
    name: head.name,
    kind: head.kind,
    path: name,
    manifest: content,
    events,
    weight: hookWeight(head.annotations.get('helm.sh/hook-weight') ?? ''),
    deletePolicies: listOf(head, 'helm.sh/hook-delete-policy') as HookDeletePolicy[],
    outputLogPolicies: listOf(head, 'helm.sh/hook-output-log-policy'),
  };
}

/** Go's Atoi, 0 where that fails. */
function hookWeight(text: string): number {
  const weight = /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : 0n;
  return weight === BigInt.asIntN(64, weight) ? Number(weight) : 0;
}

function listOf({ annotations }: ManifestHead, annotation: string): string[] {
  const text = annotations.get(annotation);
  return text === undefined ? [] : text.split(',').map((item) => item.trim().toLowerCase());
}
