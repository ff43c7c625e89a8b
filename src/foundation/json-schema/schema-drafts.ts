/** Which draft a schema is written in, and what of `$schema` cannot be followed. */
import { quote } from '../template/quote.ts';
import type { GoMap } from '../template/value.ts';
import { SchemaFault } from './schema-error.ts';
import { urlProblem } from './schema-url.ts';

export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** Under which Helm reads a chart's schema. */
export const ROOT_URL = 'file:///values.schema.json';

/** `http://json-schema.org/schema` is the latest draft, whatever that is. */
const DRAFTS: ReadonlyMap<string, Draft> = new Map<string, Draft>([
  ['json-schema.org/schema', 2020],
  ['json-schema.org/draft/2020-12/schema', 2020],
  ['json-schema.org/draft/2019-09/schema', 2019],
  ['json-schema.org/draft-07/schema', 7],
  ['json-schema.org/draft-06/schema', 6],
  ['json-schema.org/draft-04/schema', 4],
]);

export const draftAt = (url: string): Draft | undefined =>
  DRAFTS.get(url.replace(/#$/, '').replace(/^https?:\/\//, ''));

export interface DraftContext {
  readonly fallback: Draft;
  readonly letPass: (urn: string) => void;
  readonly location: string;
}

export function draftOf(schema: GoMap, { fallback, letPass, location }: DraftContext): Draft {
  const named = schema.get('$schema');
  if (typeof named !== 'string') return fallback;
  const draft = draftAt(named);
  if (draft !== undefined) return draft;
  const url = named.replace(/#.*$/s, '');
  const problem = urlProblem(url);
  if (problem !== undefined) throw new SchemaFault(`invalid $schema in ${quote(location)}: ${problem}`);
  if (url === ROOT_URL) throw new SchemaFault(`draft ${quote(url)} is not supported`);
  if (!url.startsWith('urn:')) throw notLoaded(url);
  letPass(url);
  return fallback;
}

export function notLoaded(url: string): SchemaFault {
  const known = /^(?:file|https?):/i.test(url);
  const reason = known ? 'schemas of other documents are not fetched' : `no URLLoader registered for ${quote(url)}`;
  return new SchemaFault(`failing loading ${quote(url)}: ${reason}`);
}
