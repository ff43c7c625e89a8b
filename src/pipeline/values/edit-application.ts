/**
 * Takes a file of definitions and what one application gets in one of its environments; returns the edit that gives it just
 * that, or why it is left to a person. It reads and writes nothing.
 */
import { isScalar, parseDocument } from 'yaml';
import { editValue } from '../../foundation/values/edit-value.ts';
import { readValues } from '../../foundation/values/read-values.ts';
import { valueAt } from '../../foundation/values/value-places.ts';
import { applicationDocument } from './application-document.ts';
import { changedLines, type KeyEdit, type PromotionObstacle } from './choose-edits.ts';

/** What a definition says of one environment beside values: keys of `spec.environments.NAME`. */
export const definitionFields = ['chart.version', 'revision'] as const;
export type DefinitionField = (typeof definitionFields)[number];

export interface ApplicationEdit {
  readonly file: string;
  readonly text: string;
  readonly app: string;
  readonly environment: string;
  readonly field: DefinitionField;
  /** In force now, wherever it is said. */
  readonly before: string | undefined;
  readonly after: string;
}

export type EditedApplication =
  | { readonly edit: KeyEdit; readonly text: string }
  | { readonly refused: PromotionObstacle };

export function editApplication(input: ApplicationEdit): EditedApplication {
  const { file, text, app, environment, field, before, after } = input;
  const document = applicationDocument(text, app);
  if (document === undefined) return { refused: 'generated' };
  const own = ['spec', 'environments', environment];
  // Where it is not named it would become the only one that is.
  if (valueAt(readValues(document.text, 'helm3'), own) === undefined) return { refused: 'unnamed' };
  const path = field.split('.');
  const opened = withEmptyTable(document.text, own);
  const edited = editValue({ text: opened, path: [...own, ...path], value: after, compat: 'helm3' });
  if ('refused' in edited) return edited;
  const { removed, added } = changedLines(document.text, edited.text);
  const line = document.above + edited.line;
  return { edit: { path, before, after, file, line, removed, added }, text: document.replaceBy(edited.text) };
}

/** `prod:` says as much as `prod: {}`, into which something can be written. */
function withEmptyTable(text: string, path: readonly string[]): string {
  const node = parseDocument(text, { logLevel: 'silent' }).getIn(path, true);
  if (!isScalar(node) || node.value !== null || !node.range) return text;
  const [from, to] = node.range;
  const before = text.slice(0, from);
  return from === to
    ? `${before.trimEnd()} {}${before.slice(before.trimEnd().length)}${text.slice(to)}`
    : `${before}{}${text.slice(to)}`;
}
