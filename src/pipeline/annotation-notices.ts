/**
 * Takes a prepared release of Argo CD, returns what its chart and values say to Argo CD of single objects and what is not honoured
 * here, each thing once. It looks at texts and renders nothing: what a condition leaves out counts too. Pure.
 */
import type { Place } from '../foundation/base/errors.ts';
import type { Problem } from '../foundation/base/problem.ts';
import { syncOptionsIn } from '../foundation/manifest/sync-options.ts';
import type { GoValue } from '../foundation/template/value.ts';
import type { Chart } from './chart/chart.ts';
import type { PreparedRelease } from './context.ts';
import {
  objectAnnotations,
  objectHooks,
  objectOptions,
} from './definitions/foreign/argocd/object-annotations.table.ts';
import type { ForeignField } from './definitions/foreign/foreign-field.ts';

interface Found {
  readonly name: string;
  /** As far as it is no template. */
  readonly value: string;
  readonly place: Place;
  /** It stands in a document that is a hook of Helm's, and runs as one. */
  readonly isHook: boolean;
}

const prefix = 'argocd.argoproj.io/';

export function annotationNotices({
  definition,
  chart,
  values,
}: Pick<PreparedRelease, 'definition' | 'chart' | 'values'>): Problem[] {
  const { foreign, chart: reference, app, origin } = definition;
  if (foreign?.tool !== 'Argo CD') return [];
  const isPlain = chart.files.length === 0 && chart.metadata.description === 'plain manifests';
  const folder =
    reference.type === 'path' ? `${reference.path === '' ? '' : `${reference.path}/`}` : `${chart.metadata.name}/`;
  const said = new Map<string, Problem>();
  for (const found of [...inChart(chart, folder, isPlain), ...inValues(values, origin.place)])
    for (const { what, how } of toldOf(found, isPlain)) {
      const message = `application ${app}: ${what} on objects is not honoured as written: ${how}`;
      if (!said.has(message)) said.set(message, { code: 'definition.unsupported', message, place: found.place });
    }
  return [...said.values()];
}

interface Told {
  readonly what: string;
  readonly how: string;
}

function toldOf({ name, value, isHook }: Found, isPlain: boolean): Told[] {
  const told = (what: string, row: ForeignField | undefined, how = row?.how ?? 'it is not known') =>
    row === undefined || row.told ? [{ what, how }] : [];
  if (name === `${prefix}sync-options`)
    return syncOptionsIn(value).flatMap((option) => {
      const [key, setting] = option.split('=');
      if (setting === 'false' && objectOptions.some(({ field }) => field === `${key}=true`)) return [];
      const row = objectOptions.find(({ field }) => field === option);
      return told(`the sync option ${option.slice(0, 80)}`, row);
    });
  if (name === `${prefix}hook`) {
    const what = `the hook ${value.slice(0, 80)}`;
    if (!isPlain)
      return isHook ? [] : [{ what, how: 'hooks in charts are those of Helm: it is an object among the others' }];
    return value.split(',').flatMap((one) => {
      const row = objectHooks.find(({ field }) => field === one.trim());
      return told(`the hook ${one.trim().slice(0, 80)}`, row);
    });
  }
  // Of such a hook it is the weight.
  if (name === `${prefix}sync-wave` && isHook && isPlain) return [];
  const row = objectAnnotations.find(({ field }) =>
    field.endsWith('*') ? name.startsWith(field.slice(0, -1)) : field === name,
  );
  if (row?.except?.includes(value)) return [];
  return told(`the annotation ${name.slice(0, 80)}`, row);
}

function inChart(chart: Chart, folder: string, isPlain: boolean): Found[] {
  const own = chart.templates.flatMap(({ name, data }) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return bytes.includes(prefix)
      ? inTemplate(bytes.toString(), `${folder}${isPlain ? withoutFolder(name) : name}`)
      : [];
  });
  const below = chart.dependencies.flatMap((one) => inChart(one, `${folder}charts/${one.metadata.name}/`, false));
  return [...own, ...below];
}

const withoutFolder = (name: string) => name.replace(/^templates\//, '');
const written = /argocd\.argoproj\.io\/[a-z-]+(?=["']?\s*:)/g;

function inTemplate(text: string, file: string): Found[] {
  let line = 0;
  return text.split(/^(?=---(?:\s|$))/m).flatMap((document) => {
    const first = line;
    const lines = document.split('\n');
    line += lines.length - 1;
    const isHook = document.includes('helm.sh/hook');
    // A folder of plain manifests has the hooks of Helm's only here.
    const place = (index: number) => (isHook ? { file } : { file, line: first + index + 1 });
    return lines.flatMap((content, index) =>
      [...content.matchAll(written)].map(({ 0: name, index: at }): Found => {
        const inFlow = /\{[^}]*$/.test(content.slice(0, at));
        const rest = content.slice(content.indexOf(':', at + name.length) + 1);
        return { name, value: literal(rest, { inFlow, below: lines.slice(index) }), place: place(index), isHook };
      }),
    );
  });
}

interface Around {
  /** Within braces. */
  readonly inFlow: boolean;
  /** Its own line, and all below it. */
  readonly below: readonly string[];
}

/** Of `"Prune=false" # why`, of `Prune=false}`, of the block that `>-` begins; nothing of a template. */
function literal(text: string, { inFlow, below }: Around): string {
  const rest = text.trim();
  const value = /^[>|][-+0-9]*(\s+#.*)?$/.test(rest) ? blockBelow(below) : scalar(rest, inFlow);
  return value.includes('{{') ? '' : value;
}

function scalar(text: string, inFlow: boolean): string {
  const quoted = /^(["'])(.*?)\1/.exec(text)?.[2];
  if (quoted !== undefined) return quoted;
  const plain = inFlow && !text.startsWith('{{') ? (/^[^,}\]]*/.exec(text)?.[0] ?? '') : text;
  return plain.replace(/\s+#.*$/, '').trimEnd();
}

function blockBelow([own = '', ...lines]: readonly string[]): string {
  const indent = (line: string) => line.search(/\S|$/);
  const end = lines.findIndex((line) => line.trim() !== '' && indent(line) <= indent(own));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.trim())
    .join(' ');
}

function inValues(value: GoValue, place: Place): Found[] {
  if (Array.isArray(value)) return value.flatMap((item) => inValues(item, place));
  if (!(value instanceof Map)) return [];
  return [...value].flatMap(([name, inner]) => {
    if (typeof name !== 'string' || !name.startsWith(prefix)) return inValues(inner as GoValue, place);
    return [{ name, value: String(inner), place, isHook: false }];
  });
}
