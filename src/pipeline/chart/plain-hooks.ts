/**
 * Takes the text of plain manifests, returns it with Argo CD's hooks as hooks of Helm's: those before and behind a sync and a
 * removal run then, what Argo CD would not apply is left out. Every other document keeps its bytes. Pure.
 */
import { type Document, isMap, isScalar, parseDocument } from 'yaml';

const prefix = 'argocd.argoproj.io/';

/** Undefined: it is no part of what is deployed. */
const events: Readonly<Record<string, string | undefined>> = {
  PreSync: 'pre-install,pre-upgrade',
  PostSync: 'post-install,post-upgrade',
  PreDelete: 'pre-delete',
  PostDelete: 'post-delete',
  Skip: undefined,
  SyncFail: undefined,
};

const policies: Readonly<Record<string, string>> = {
  HookSucceeded: 'hook-succeeded',
  HookFailed: 'hook-failed',
  BeforeHookCreation: 'before-hook-creation',
};

export function withHelmHooks(text: string): string {
  if (!text.includes(`${prefix}hook`)) return text;
  return text
    .split(/^(?=---(?:\s|$))/m)
    .map(translated)
    .join('');
}

function translated(text: string): string {
  // All scalars are texts, so that each is written as it stands.
  const document = parseDocument(text, { schema: 'failsafe' });
  const hook = annotationOf(document, 'hook');
  if (hook === undefined || document.errors.length > 0) return text;
  const known = listOf(hook).filter((name) => Object.hasOwn(events, name));
  if (known.length === 0) return nameGenerated(document) ? written(document) : text;
  const found = known.map((name) => events[name]).filter((event) => event !== undefined);
  // What is left out can still be told.
  if (found.length === 0) return `---\n# ${prefix}hook: ${known.join(',')}\n`;
  const set = (name: string, value: string) =>
    document.setIn(['metadata', 'annotations', name], quoted(document, value));
  set('helm.sh/hook', found.join(','));
  const deletes = listOf(annotationOf(document, 'hook-delete-policy') ?? '').flatMap((name) => policies[name] ?? []);
  document.deleteIn(['metadata', 'annotations', 'helm.sh/hook-delete-policy']);
  if (deletes.length > 0) set('helm.sh/hook-delete-policy', deletes.join(','));
  const wave = annotationOf(document, 'sync-wave');
  if (wave !== undefined) set('helm.sh/hook-weight', wave);
  nameGenerated(document);
  return written(document);
}

const written = (document: Document) => `---\n${document.toString({ directives: false, lineWidth: 0 })}`;

function quoted(document: Document, value: string) {
  const scalar = document.createNode(value);
  scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

/** Argo CD gives it a name of its own for each sync; one name makes it the same object each time. */
function nameGenerated(document: Document): boolean {
  const generated = document.getIn(['metadata', 'generateName']);
  if (typeof generated !== 'string' || document.hasIn(['metadata', 'name'])) return false;
  document.deleteIn(['metadata', 'generateName']);
  document.setIn(['metadata', 'name'], quoted(document, `${generated.replace(/[-.]+$/, '')}-hook`));
  return true;
}

function annotationOf(document: Document, name: string): string | undefined {
  const annotations = document.getIn(['metadata', 'annotations']);
  if (!isMap(annotations)) return undefined;
  const value = annotations.get(`${prefix}${name}`, true);
  return isScalar(value) ? String(value.value) : undefined;
}

const listOf = (text: string) => text.split(',').map((part) => part.trim());
