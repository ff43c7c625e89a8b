/**
 * An index in the store as something to look charts up in. Takes the body, returns lookups by name; where its entries lie
 * is worked out once for each body and kept beside it. It holds no more of it in memory than the one chart asked for.
 */
import { open, readFile } from 'node:fs/promises';
import { HelmGitopsError } from '../../../foundation/base/errors.ts';
import type { ContentStore, StoredContent } from '../../../foundation/content-store/content-store.ts';
import { GoError } from '../../../foundation/template/value.ts';
import { readYamlTyped } from '../../../foundation/yaml/read-yaml.ts';
import { chartError } from '../chart-error.ts';
import { chooseEntries, type IndexBody, listVersions } from './choose-entries.ts';
import { cutEntries } from './cut-entries.ts';
import { type BodyFormat, type ChartCut, type IndexCuts, largestIndex } from './entry-cuts.ts';
import { hasApiVersion, readAllEntries, writeEntries } from './read-all-entries.ts';
import type { IndexEntry } from './read-entry.ts';

export interface Listing {
  /** Undefined: there is no such chart. `[]`: none of its versions is valid. */
  versions(name: string): Promise<string[] | undefined>;
  /** Those that fit, best first; throws a SemverError for a range that is none. */
  choose(name: string, wanted: string): AsyncGenerator<IndexEntry>;
  names(): Promise<string[]>;
}

export interface ListingOptions {
  readonly store: ContentStore;
  readonly content: StoredContent;
  /** For messages. */
  readonly shown: string;
}

/** What the exact reader takes in one piece: nothing else runs meanwhile, and it needs a hundred times the memory. */
const largestWhole = 4 * 1024 * 1024;
/** Changes with the format of the cuts. */
const noteVersion = 1;

interface Kept {
  /** Digests: of the cuts, and of the body that they cut. */
  readonly cuts: string;
  readonly body: string;
}

interface Refused {
  /** Why this body cannot be read. */
  readonly refused: string;
}

export async function openListing(options: ListingOptions): Promise<Listing> {
  const { cuts, body } = await asRefusal(
    options.shown,
    async () => (await findKept(options)) ?? (await cutAndKeep(options)),
  );
  const bytes = await readFile(cuts.path);
  const [head = ''] = linesOf(bytes, 0);
  const { format } = JSON.parse(head) as { format: BodyFormat };
  const find = (name: string) => findCut(bytes, name);
  return {
    names: async () => [...linesOf(bytes, head.length + 1)].map((line) => readCut(line).name),
    versions: async (name) => {
      const cut = find(name);
      if (cut === undefined) return undefined;
      return await asRefusal(options.shown, () =>
        withBody({ path: body.path, format }, (one) => listVersions(one, cut)),
      );
    },
    choose: (name, wanted) => choose({ path: body.path, format, shown: options.shown }, find(name), wanted),
  };
}

async function* choose(
  { path, format, shown }: { path: string; format: BodyFormat; shown: string },
  cut: ChartCut | undefined,
  wanted: string,
): AsyncGenerator<IndexEntry> {
  if (cut === undefined) return;
  await using file = await open(path);
  try {
    yield* chooseEntries(bodyOf(file, format), cut, wanted);
  } catch (error) {
    throw refusal(shown, error);
  }
}

interface Place {
  readonly path: string;
  readonly format: BodyFormat;
}

async function withBody<T>({ path, format }: Place, use: (body: IndexBody) => Promise<T>): Promise<T> {
  await using file = await open(path);
  return await use(bodyOf(file, format));
}

function bodyOf(file: Awaited<ReturnType<typeof open>>, format: BodyFormat): IndexBody {
  const read = async (start: number, end: number): Promise<string> => {
    if (end - start > largestWhole) throw new GoError(`a chart of it has more than ${largestWhole} bytes`);
    const bytes = Buffer.alloc(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.toString('utf8', 0, bytesRead);
  };
  return { format, read };
}

async function findKept({ store, content }: ListingOptions) {
  const note = (await store.readNote(noteName(content))) as Partial<Kept & Refused> | null | undefined;
  if (typeof note?.refused === 'string') throw new GoError(note.refused);
  if (typeof note?.cuts !== 'string' || typeof note.body !== 'string') return undefined;
  const [cuts, body] = await Promise.all([store.find(note.cuts), store.find(note.body)]);
  return cuts === undefined || body === undefined ? undefined : { cuts, body };
}

const noteName = ({ digest }: StoredContent): string => `index-cuts.${noteVersion} ${digest}`;

async function cutAndKeep(options: ListingOptions): Promise<{ cuts: StoredContent; body: StoredContent }> {
  const { store, content } = options;
  try {
    const { cuts: found, body } = await cutOrRewrite(options);
    if (!speaksApiVersion(found.apiVersion)) throw new GoError('no API version specified');
    const cuts = await store.put(writeCuts(found), { limit: largestIndex });
    await store.writeNote(noteName(content), { cuts: cuts.digest, body: body.digest } satisfies Kept);
    return { cuts, body };
  } catch (error) {
    // The same bytes are refused the next time too: once was enough to find out.
    if (error instanceof GoError)
      await store.writeNote(noteName(content), { refused: error.message } satisfies Refused);
    throw error;
  }
}

/** An odd index is read once by the exact reader and written anew, so that all further lookups are cheap. */
async function cutOrRewrite({ store, content }: ListingOptions): Promise<{ cuts: IndexCuts; body: StoredContent }> {
  const cuts = await cutEntries(content.path);
  if (cuts !== undefined) return { cuts, body: content };
  if (content.size > largestWhole) {
    throw new GoError(`it has ${content.size} bytes and is not written line by line as helm repo index does`);
  }
  const charts = readAllEntries(await readFile(content.path, 'utf8'));
  const body = await store.put(pieces(writeEntries(charts)), { limit: largestIndex });
  const rewritten = await cutEntries(body.path);
  if (rewritten === undefined) throw new Error('an index that was written anew cannot be cut');
  return { cuts: rewritten, body };
}

function speaksApiVersion(text: string | undefined): boolean {
  return text !== undefined && hasApiVersion(readYamlTyped(text));
}

// A line for each chart: ["NAME",START,END,ODD,VERSION,START,END,VERSION,START,END…]

async function* pieces(bytes: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* bytes;
}

async function* writeCuts({ format, charts }: IndexCuts): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify({ format })}\n`);
  for (const { name, start, end, odd, entries } of charts) {
    const flat = entries.flatMap((entry) => [entry.version, entry.start, entry.end]);
    yield Buffer.from(`${JSON.stringify([name, start, end, odd ? 1 : 0, ...flat])}\n`);
  }
}

function findCut(bytes: Buffer, name: string): ChartCut | undefined {
  const at = bytes.indexOf(`\n[${JSON.stringify(name)},`);
  if (at < 0) return undefined;
  const [line = ''] = linesOf(bytes, at + 1);
  return readCut(line);
}

function readCut(line: string): ChartCut {
  const [name, start, end, odd, ...flat] = JSON.parse(line) as [string, number, number, number, ...(string | number)[]];
  const entries = [];
  for (let i = 0; i < flat.length; i += 3) {
    entries.push({ version: flat[i] as string, start: flat[i + 1] as number, end: flat[i + 2] as number });
  }
  return { name, start, end, odd: odd === 1, entries };
}

function* linesOf(bytes: Buffer, start: number): Generator<string> {
  for (let from = start; from < bytes.length; ) {
    const to = bytes.indexOf(10, from);
    yield bytes.toString('utf8', from, to);
    from = to + 1;
  }
}

async function asRefusal<T>(shown: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw refusal(shown, error);
  }
}

function refusal(shown: string, error: unknown): unknown {
  if (!(error instanceof GoError) || error instanceof HelmGitopsError) return error;
  return chartError('chart.repository-invalid', `the index of ${shown} cannot be read: ${error.message}`, {
    hint: 'helm repo index writes one that can',
    cause: error,
  });
}
