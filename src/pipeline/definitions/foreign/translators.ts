/** Which translation reads a document of another tool: by its API group and kind. */
import type { Problem } from '../../../foundation/base/problem.ts';
import type { ReadDocument } from '../../../foundation/document/read-documents.ts';
import { wordAfter } from '../document-head.ts';
import type { ParsedApplication, ParsedProject } from '../parse-definitions.ts';
import { translateSet } from './argocd/sets/translate-set.ts';
import { translateApplication } from './argocd/translate-application.ts';
import { translateProject } from './argocd/translate-project.ts';
import type { ParsedSet } from './foreign-set.ts';

/** Pure: the same text gives the same application. */
export type Translate = (document: ReadDocument) => {
  readonly application?: ParsedApplication | undefined;
  readonly project?: ParsedProject | undefined;
  readonly set?: ParsedSet | undefined;
  readonly problems: readonly Problem[];
};

/** Versions do not matter where an older one is written as the newer. */
const translators: Readonly<Record<string, Translate>> = {
  'argoproj.io/v1alpha1 Application': translateApplication,
  'argoproj.io/v1alpha1 AppProject': translateProject,
  'argoproj.io/v1alpha1 ApplicationSet': translateSet,
};

export function translatorOf({ apiVersion, kind }: { apiVersion: string; kind: string }): Translate | undefined {
  const key = `${apiVersion} ${kind}`;
  return Object.hasOwn(translators, key) ? translators[key] : undefined;
}

/** Of a text that is no YAML. */
export function looksForeign(text: string): boolean {
  const apiVersion = /(?:^|\n)apiVersion:\s*["']?([a-z0-9./]+)/.exec(text)?.[1] ?? '';
  return translatorOf({ apiVersion, kind: wordAfter(text, 'kind') ?? '' }) !== undefined;
}
