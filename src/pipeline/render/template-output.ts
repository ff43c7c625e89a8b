/**
 * What `helm template` prints of a rendered release (helm.md §4.6, items 6 and 7). Takes the release, returns text or,
 * for `--output-dir`, texts by file; writes nothing.
 */
import { GlobError, matchFilepath } from '../../foundation/base/glob.ts';
import { splitManifests } from '../../foundation/manifest/split-manifests.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { renderError } from './render-error.ts';
import type { Hook, RenderedRelease } from './rendered-release.ts';

export interface TemplateOutputOptions {
  readonly compat: Compat;
  readonly includeCrds?: boolean;
  readonly noHooks?: boolean;
  readonly skipTests?: boolean;
  /** Patterns of path/filepath.Match for templates, from the chart's folder. */
  readonly showOnly?: readonly string[];
  /** The notes behind the manifests, as `helm install` shows them; `helm template` never does. */
  readonly showNotes?: boolean;
}

/** What is printed of a release. */
export type Printed = Pick<RenderedRelease, 'manifest' | 'hooks' | 'notes' | 'crds'>;

export function formatTemplateOutput(rendered: Printed, options: TemplateOutputOptions): string {
  const { compat, includeCrds = false, showOnly = [], showNotes = false } = options;
  const crds = includeCrds ? rendered.crds.map(({ name, text }) => source(name, text)).join('') : '';
  const hooks = shownHooks(rendered, options).map(({ path, manifest }) => source(path, manifest));
  const whole = `${trimGoSpace(crds + rendered.manifest)}\n${hooks.join('')}`;
  if (showOnly.length > 0) return onlyShown(whole, showOnly, compat);
  return showNotes && rendered.notes !== '' ? `${whole}\nNOTES:\n${rendered.notes.trim()}\n` : whole;
}

const source = (name: string, text: string): string => `---\n# Source: ${name}\n${text}\n`;

function shownHooks(
  { hooks }: Printed,
  { noHooks = false, skipTests = false }: TemplateOutputOptions,
): readonly Hook[] {
  if (noHooks) return [];
  return skipTests ? hooks.filter(({ events }) => !events.includes('test')) : hooks;
}

/** In the order of the patterns; a document may come twice. */
function onlyShown(whole: string, patterns: readonly string[], compat: Compat): string {
  const documents = splitManifests(whole, compat);
  const shown: string[] = [];
  for (const pattern of patterns) {
    const matching = documents.filter((document) => matches(pattern, document));
    if (matching.length === 0) {
      throw renderError('chart.no-template', `could not find template ${pattern} in chart`);
    }
    shown.push(...matching);
  }
  return shown.map((document) => `---\n${document}\n`).join('');
}

function matches(pattern: string, document: string): boolean {
  const name = /# Source: [^/]+\/(.+)/.exec(document)?.[1];
  if (name === undefined) return false;
  try {
    return matchFilepath(pattern, name);
  } catch (error) {
    if (error instanceof GlobError) return false;
    throw error;
  }
}

/** Go's strings.TrimSpace: unlike JavaScript's it takes U+0085 and keeps U+FEFF. */
function trimGoSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isGoSpace(text.charAt(start))) start++;
  while (end > start && isGoSpace(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

const isGoSpace = (char: string): boolean => char === '\u0085' || (char !== '\ufeff' && char.trim() === '');
