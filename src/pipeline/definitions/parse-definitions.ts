/**
 * Takes the text of one YAML file, returns the definitions in it with their places, and what is wrong with it. Documents
 * of other groups are left alone. Pure: the same text gives the same result, so it may be kept.
 */
import type * as z from 'zod';
import type { Place } from '../../foundation/base/errors.ts';
import type { Problem } from '../../foundation/base/problem.ts';
import { checkDocument } from '../../foundation/document/check-document.ts';
import { outlineOf } from '../../foundation/document/outline.ts';
import { type Path, type ReadDocument, readDocuments } from '../../foundation/document/read-documents.ts';
import { editDistance, suggestionHint } from '../../foundation/document/suggest-name.ts';
import { type Head, headOf, wordAfter } from './document-head.ts';
import {
  type ApplicationDocument,
  apiVersion,
  applicationSchema,
  type DefaultsDocument,
  defaultsDocumentSchema,
  type EnvironmentDocument,
  environmentSchema,
  projectSchema,
} from './document-schema.ts';
import type { ForeignApplication } from './foreign/foreign-application.ts';
import type { ParsedSet } from './foreign/foreign-set.ts';
import { looksForeign, type Translate, translatorOf } from './foreign/translators.ts';
import { besideApps, type LocatedApps, locateApps } from './locate-apps.ts';
import { locateProject } from './locate-project.ts';
import { type LocatedPromote, type LocatedSettings, locatePromote, locateSettings } from './locate-settings.ts';
import { namesItself } from './names-itself.ts';
import type { Leading, ProjectLimits } from './release-definition.ts';
import type { DefaultsSettings } from './schema.ts';

export interface ParsedFile {
  readonly file: string;
  readonly applications: readonly ParsedApplication[];
  readonly environments: readonly ParsedEnvironment[];
  readonly defaults: readonly ParsedDefaults[];
  readonly projects: readonly ParsedProject[];
  /** What makes more applications, of what it finds. */
  readonly sets: readonly ParsedSet[];
  /** Definitions that are not understood, with as much as could be made out. */
  readonly broken: readonly BrokenDefinition[];
  /** Names in documents that were left alone. */
  readonly strangers: readonly string[];
  readonly problems: readonly Problem[];
  /** It holds documents that define nothing. */
  readonly others: boolean;
  /** It holds documents of Flux, which are read together. */
  readonly flux: boolean;
}

export interface BrokenDefinition {
  readonly kind: string | undefined;
  readonly name: string | undefined;
}

export interface SettingsLayer {
  readonly settings: LocatedSettings;
  /** The environments that this level states, with their own settings. */
  readonly environments: ReadonlyMap<string, LocatedEnvironment> | undefined;
}

export interface LocatedEnvironment {
  readonly settings: LocatedSettings;
  readonly pin?: { readonly revision: string; readonly place: Place };
  readonly promote?: LocatedPromote;
  readonly place: Place;
}

export interface ParsedApplication extends SettingsLayer {
  readonly name: string;
  readonly formerly?: readonly string[] | undefined;
  readonly place: Place;
  readonly project: string | undefined;
  readonly projectPlace: Place;
  readonly outline?: string;
  /** Of the same repository, beside the files that lead to its own. */
  readonly through?: readonly Leading[];
  /** Where more definitions are read, instead of a chart. */
  readonly apps: LocatedApps | undefined;
  /** Of an application that another tool's definition describes: it has no environments of ours. */
  readonly foreign?: ForeignApplication;
}

export interface ParsedEnvironment {
  readonly name: string;
  readonly place: Place;
  readonly cluster: { readonly name: string; readonly place: Place } | undefined;
  readonly createNamespace:
    | { readonly labels: Record<string, string>; readonly annotations: Record<string, string> }
    | false;
  readonly variables: Readonly<Record<string, string>>;
  readonly variablesPlace: Place;
  readonly settings: LocatedSettings;
  readonly enforce?: LocatedSettings;
  readonly promote?: LocatedPromote;
}

export interface ParsedProject extends ProjectLimits {
  /** What of another tool's is not honoured. */
  readonly notices?: readonly Problem[];
}

export interface ParsedDefaults extends SettingsLayer {
  readonly place: Place;
}

const group = 'helm-gitops.io';
const invalid = 'definition.invalid';
const fluxGroup = /\.toolkit\.fluxcd\.io/;
const kinds = ['Application', 'Environment', 'Defaults', 'Project'];
const interesting = new RegExp(
  `helm-gitops\\.io|argoproj\\.io/|toolkit\\.fluxcd\\.io/|\\bkind:\\s*["']?(?:${kinds.join('|')})\\b`,
);

export function parseDefinitions(text: string, file: string): ParsedFile {
  const none = { applications: [], environments: [], defaults: [], projects: [], sets: [], broken: [], strangers: [] };
  const parsed: Collected = { file, ...none, problems: [], others: false, flux: false };
  if (!interesting.test(text)) return { ...parsed, others: /^[^#\s-]/m.test(text) };
  for (const document of readDocuments(text, { file, code: 'definition.syntax' })) {
    const [start = 0, , end] = document.document.range ?? [];
    readOne(document, text.slice(start, end), parsed);
  }
  return parsed;
}

type Collected = {
  -readonly [Field in keyof ParsedFile]: ParsedFile[Field] extends readonly (infer Item)[] ? Item[] : ParsedFile[Field];
};

function readOne(document: ReadDocument, text: string, parsed: Collected): void {
  if (document.problems.length > 0) {
    parsed.flux ||= fluxGroup.test(text);
    if (!text.includes(group) && !looksForeign(text)) return;
    parsed.problems.push(...document.problems);
    parsed.broken.push({ kind: wordAfter(text, 'kind'), name: wordAfter(text, 'name') });
    return;
  }
  const head = headOf(document.data);
  if (head === undefined) {
    parsed.others ||= (document.data ?? null) !== null;
    return;
  }
  const [documentGroup = '', version] = head.apiVersion.split('/');
  if (documentGroup !== group && !isMisspelt(head, documentGroup)) {
    parsed.flux ||= fluxGroup.test(documentGroup);
    const translate = translatorOf(head);
    if (translate === undefined && head.name !== undefined) parsed.strangers.push(head.name);
    if (translate !== undefined) readForeign(document, head, { translate, parsed });
    else parsed.others = true;
  } else if (`${documentGroup}/${version}` !== apiVersion) {
    const message = `unknown apiVersion ${JSON.stringify(head.apiVersion)}`;
    refuse(parsed, head, {
      code: invalid,
      message,
      place: document.place(['apiVersion']),
      hint: `write ${apiVersion}`,
    });
  } else {
    readKind(document, { ...head, text }, parsed);
  }
}

/** Nobody else's kind of such a group is near enough: read as foreign, the definition would be gone without a word. */
const isMisspelt = ({ kind }: Head, name: string): boolean =>
  kinds.includes(kind) && editDistance(name.slice(0, 64).toLowerCase(), group) <= 3;

interface ForeignReading {
  readonly translate: Translate;
  readonly parsed: Collected;
}

/** A foreign one that is refused leaves its name behind: what runs of it stays. */
function readForeign(document: ReadDocument, head: Head, { translate, parsed }: ForeignReading): void {
  const { application, project, set, problems } = translate(document);
  if (application !== undefined) parsed.applications.push(application);
  if (project !== undefined) parsed.projects.push(project);
  if (set !== undefined) parsed.sets.push(set);
  parsed.problems.push(...problems);
  if ((application ?? project ?? set) === undefined) parsed.broken.push({ kind: head.kind, name: head.name });
}

function refuse(parsed: Collected, head: Head, ...problems: Problem[]): void {
  parsed.problems.push(...problems);
  if (kinds.includes(head.kind) || head.apiVersion.startsWith(group))
    parsed.broken.push({ kind: head.kind, name: head.name });
}

function readKind(document: ReadDocument, head: Head & { readonly text: string }, parsed: Collected): void {
  if (head.kind === 'Application') {
    const value = check(document, head, applicationSchema, parsed);
    const application = value && locateApplication(value, document);
    const wrong = application && (namesItself(application, document) ?? (application.apps && besideApps(document)));
    if (wrong !== undefined) refuse(parsed, head, wrong);
    else if (application !== undefined)
      parsed.applications.push({ ...application, outline: outlineOf(head.text, application.name) });
  } else if (head.kind === 'Environment') {
    const value = check(document, head, environmentSchema, parsed);
    if (value !== undefined) parsed.environments.push(locateEnvironment(value, document));
  } else if (head.kind === 'Defaults') {
    const value = check(document, head, defaultsDocumentSchema, parsed);
    if (value !== undefined) parsed.defaults.push(locateDefaultsDocument(value, document));
  } else if (head.kind === 'Project') {
    const value = check(document, head, projectSchema, parsed);
    if (value !== undefined) parsed.projects.push(locateProject(value, document));
  } else {
    const message = head.kind === '' ? '"kind" is missing' : `unknown kind ${JSON.stringify(head.kind)}`;
    refuse(parsed, head, {
      code: invalid,
      message,
      place: document.place(['kind']),
      hint: suggestionHint(head.kind, kinds),
    });
  }
}

function check<Schema extends z.ZodType>(
  document: ReadDocument,
  head: Head,
  schema: Schema,
  parsed: Collected,
): z.output<Schema> | undefined {
  const place = (path: Path, part?: 'key' | 'value') => document.place(path, part);
  const { value, problems } = checkDocument(schema, { data: document.data, place, code: invalid });
  if (problems.length === 0) return value;
  refuse(parsed, head, ...problems);
  return undefined;
}

function locateApplication(value: ApplicationDocument, document: ReadDocument): ParsedApplication {
  const { project, apps, environments, ...settings } = value.spec;
  return {
    name: value.metadata.name,
    formerly: value.metadata.formerly,
    place: document.place(['metadata', 'name']),
    project,
    projectPlace: document.place(project === undefined ? ['metadata', 'name'] : ['spec', 'project']),
    apps: apps && locateApps(apps, document),
    settings: locateSettings(settings, document, ['spec']),
    environments: locateEnvironments(environments, document, ['spec', 'environments']),
  };
}

function locateEnvironments(
  environments: DefaultsSettings['environments'],
  document: ReadDocument,
  path: Path,
): ReadonlyMap<string, LocatedEnvironment> | undefined {
  if (environments === undefined) return undefined;
  return new Map(
    Object.entries(environments).map(([name, own]) => {
      const { promote, revision, ...settings } = own ?? {};
      const at = [...path, name];
      const pin = revision === undefined ? {} : { pin: { revision, place: document.place([...at, 'revision']) } };
      const way = promote === undefined ? {} : { promote: locatePromote(promote, document, at) };
      const place = document.place(at, 'key');
      return [name, { settings: locateSettings(settings, document, at), place, ...pin, ...way }];
    }),
  );
}

function locateEnvironment(value: EnvironmentDocument, document: ReadDocument): ParsedEnvironment {
  const { cluster, createNamespace = true, variables = {}, promote, enforce, ...settings } = value.spec ?? {};
  const created = createNamespace === true ? {} : createNamespace;
  return {
    name: value.metadata.name,
    place: document.place(['metadata', 'name']),
    cluster: cluster === undefined ? undefined : { name: cluster, place: document.place(['spec', 'cluster']) },
    createNamespace: created && { labels: created.labels ?? {}, annotations: created.annotations ?? {} },
    variables,
    variablesPlace: document.place(['spec', 'variables']),
    settings: locateSettings(settings, document, ['spec']),
    ...(enforce === undefined ? {} : { enforce: locateSettings(enforce, document, ['spec', 'enforce']) }),
    ...(promote === undefined ? {} : { promote: locatePromote(promote, document, ['spec']) }),
  };
}

function locateDefaultsDocument(value: DefaultsDocument, document: ReadDocument): ParsedDefaults {
  return { ...locateDefaults(value.spec, document, ['spec']), place: document.place(['kind']) };
}

/** Of a Defaults document, and of `defaults` in the configuration. */
export function locateDefaults(value: DefaultsSettings, document: ReadDocument, path: Path): SettingsLayer {
  const { environments, ...settings } = value;
  return {
    settings: locateSettings(settings, document, path),
    environments: locateEnvironments(environments, document, [...path, 'environments']),
  };
}
