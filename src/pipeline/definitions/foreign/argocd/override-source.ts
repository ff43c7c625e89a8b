/**
 * Takes a source of an Argo CD Application and the files `.argocd-source*.yaml` beside its chart, returns the source as Argo CD
 * merges it: file over file, lists replaced, and where a chart comes from never changed. Throws a user's error at what cannot
 * be merged or is refused. Pure.
 */
import { HelmGitopsError } from '../../../../foundation/base/errors.ts';
import type { Problem } from '../../../../foundation/base/problem.ts';
import { checkDocument } from '../../../../foundation/document/check-document.ts';
import { type Path, type ReadDocument, readDocuments } from '../../../../foundation/document/read-documents.ts';
import { setOwn } from '../../../../foundation/document/set-own.ts';
import { jsonMergePatch } from '../../../../foundation/fields/merge-patch.ts';
import type { JsonObject } from '../../../../foundation/manifest/object.ts';
import { inlineValues } from '../../inline-values.ts';
import { checkFields, fieldTable } from '../check-fields.ts';
import type { OverrideText } from '../foreign-application.ts';
import { sourceFields } from './application-fields.table.ts';
import { type ArgoSource, argoSourceSchema } from './application-schema.ts';
import type { ForeignDocument } from './translate-application.ts';

export interface OverriddenSource {
  readonly source: ArgoSource;
  /** With the places of what the files say. */
  readonly document: ForeignDocument;
  readonly notices: readonly Problem[];
}

/** In the order in which they are merged. */
export const overrideNames = (application: string) => ['.argocd-source.yaml', `.argocd-source-${application}.yaml`];

const table = fieldTable(sourceFields);
const code = 'definition.invalid';

export function overrideSource(
  source: ArgoSource,
  { at, document, name }: { readonly at: Path; readonly document: ForeignDocument; readonly name: string },
  texts: readonly OverrideText[],
): OverriddenSource {
  const label = document.label ?? `application ${name}`;
  const read = texts.flatMap(({ file, text }) => readOverride(text, file));
  const notices = read.flatMap((one) => checkOne(one, label));
  const { repoURL, path, chart, targetRevision, ref, name: sourceName } = source;
  const merged = read.reduce<unknown>((below, { data }) => jsonMergePatch(below, data), source) as ArgoSource;
  const kept = Object.entries({ repoURL, path, chart, targetRevision, ref, name: sourceName });
  const data: Record<string, unknown> = { ...merged };
  for (const [field, value] of kept) {
    if (value === undefined) delete data[field];
    else data[field] = value;
  }
  const given = whoSays(read, { at, document });
  const { value, problems } = checkDocument(argoSourceSchema, {
    data,
    place: (path, part) => given.place([...at, ...path], part),
    code,
  });
  if (value === undefined) throw wrong(problems[0] as Problem);
  if ((value.helm?.releaseName || name) !== (source.helm?.releaseName || name)) {
    const message = `${label}: helm.releaseName cannot be given in a file beside the chart`;
    throw wrong({
      code: 'definition.unsupported',
      message,
      place: given.place([...at, 'helm', 'releaseName']),
      hint: 'give it in the Application',
    });
  }
  return { source: value, document: given, notices };
}

interface Override {
  readonly data: Record<string, unknown>;
  readonly document: ReadDocument;
}

function readOverride(text: string, file: string): Override[] {
  const [document] = readDocuments(text, { file, code: 'definition.syntax' });
  const [problem] = document?.problems ?? [];
  if (problem !== undefined) throw wrong(problem);
  if (document === undefined || (document.data ?? undefined) === undefined) return [];
  const data = asNamed(document.data, '');
  if (isMap(data)) return [{ data, document }];
  throw wrong({ code, message: 'expected a map: parts of a source of an Application', place: document.place([]) });
}

/** Go takes a field's name in any case, and the image updater writes `forcestring`. */
function asNamed(data: unknown, pattern: string): unknown {
  if (Array.isArray(data)) return data.map((item) => asNamed(item, `${pattern}[]`));
  const names = table.inner.get(pattern);
  if (!isMap(data) || names === undefined) return data;
  const named: Record<string, unknown> = {};
  for (const [written, value] of Object.entries(data)) {
    const name = names.find((one) => one.toLowerCase() === written.toLowerCase()) ?? written;
    setOwn(named, name, asNamed(value, pattern === '' ? name : `${pattern}.${name}`));
  }
  return named;
}

function checkOne({ data, document }: Override, label: string): readonly Problem[] {
  const { refused, notices } = checkFields(data, { table, document, label });
  if (refused[0] !== undefined) throw wrong(refused[0]);
  return notices;
}

/** The last file that says anything of a field's part, else the application. */
function whoSays(
  read: readonly Override[],
  { at, document }: { readonly at: Path; readonly document: ForeignDocument },
): ForeignDocument {
  const within = (path: Path) => at.every((step, index) => path[index] === step);
  const sayer = (path: Path) => {
    if (!within(path)) return undefined;
    const [block, field] = path.slice(at.length);
    return read.findLast(({ data }) => {
      const part = Object.hasOwn(data, String(block)) ? data[String(block)] : undefined;
      return field === undefined ? part !== undefined : isMap(part) && Object.hasOwn(part, String(field));
    });
  };
  return {
    ...document,
    place: (path, part) => (sayer(path)?.document ?? document).place(sayer(path) ? path.slice(at.length) : path, part),
    values: (path) =>
      read.reduce<JsonObject>((below, one) => {
        const rest = path.slice(at.length);
        const node = within(path) ? one.document.node(rest) : undefined;
        return node === undefined
          ? below
          : (jsonMergePatch(below, inlineValues(node, one.document.document)) as JsonObject);
      }, document.values(path)),
  };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function wrong({ code: what, message, place, hint }: Problem): HelmGitopsError {
  return new HelmGitopsError(what, 'user', message, { place, hint });
}
