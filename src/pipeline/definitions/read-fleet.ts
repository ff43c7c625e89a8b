/**
 * Takes a checkout's files, returns every definition file below the configured path and below each folder that an
 * application of applications names. Reads and parses; decides nothing.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { inParallel } from '../../foundation/base/in-parallel.ts';
import { type Problem, problemOf } from '../../foundation/base/problem.ts';
import { elsewhereOf, holds } from '../../foundation/base/repository-path.ts';
import type { CheckoutFiles } from '../source/checkout-files.ts';
import { type AppsFolder, appsFolders, type NameOther } from './assign-owners.ts';
import { plainFolders } from './foreign/apps-folders.ts';
import type { OwnRepository, PlainFolder } from './foreign/foreign-application.ts';
import { type ParsedFile, parseDefinitions } from './parse-definitions.ts';

/** What was parsed, by file: an unchanged text is not parsed again. */
export type ParsedFiles = Map<string, { readonly text: string; readonly parsed: ParsedFile }>;

export interface Fleet {
  readonly files: readonly ParsedFile[];
  readonly unread: readonly string[];
  readonly problems: readonly Problem[];
  /** How many YAML files were looked at. */
  readonly count: number;
}

const isYaml = (name: string) => /\.ya?ml$/i.test(name);
const isChart = (_folder: string, names: readonly string[]) => names.includes('Chart.yaml');

export interface FleetFolders {
  readonly path: string;
  readonly own: OwnRepository;
  readonly files: Pick<CheckoutFiles, 'list' | 'read'>;
  readonly nameOther?: NameOther;
  /** Adds the applications that a file's sets make. */
  readonly expand?: ((file: ParsedFile) => Promise<ParsedFile>) | undefined;
  /** Makes the files of other repositories readable. Called when all is read that can be without. */
  readonly open?: OpenOthers | undefined;
}

/** In the order of what is asked for. */
export type OpenOthers = (named: readonly AppsFolder[], read: readonly ParsedFile[]) => Promise<readonly OpenedOther[]>;

export interface OpenedOther {
  readonly readable: boolean;
  readonly problem?: Problem | undefined;
}

export async function readFleet(
  { path, own, files, nameOther, expand, open }: FleetFolders,
  cache: ParsedFiles,
): Promise<Fleet> {
  const reading: Reading = { files, cache, parsed: new Map(), problems: [], unread: [] };
  await readFolder(path, reading, 'definition.path');
  // Folders named by applications found in folders named by applications …
  const done = new Set([path]);
  const expanded = new Set<string>();
  for (;;) {
    if (expand !== undefined) await expandSets(reading.parsed, { expand, expanded });
    const read = [...reading.parsed.values()];
    const { folders } = appsFolders(read, nameOther);
    const next = [
      ...new Map(folders.filter(({ folder }) => !done.has(folder)).map((one) => [one.folder, one])).values(),
    ];
    const here = next.filter((one) => !leadsElsewhere(one));
    // A folder of plain manifests lies in the followed repository.
    const ofOwn = read.filter(({ file }) => elsewhereOf(file) === '');
    const plain = [...plainFolders(ofOwn, own)].filter(([key]) => !done.has(key));
    const isAllHere = here.length + plain.length === 0;
    if (isAllHere && next.length === 0) break;
    for (const { folder } of isAllHere ? next : here) done.add(folder);
    for (const [key] of plain) done.add(key);
    for (const { folder, application } of isAllHere ? await openAll(next, { reading, open }) : here)
      await readFolder(folder, reading, 'definition.apps', application.apps?.place);
    for (const [, folder] of plain) await readPlainFolder(folder, reading);
  }
  for (const file of cache.keys()) if (!reading.parsed.has(file)) cache.delete(file);
  const { parsed, problems, unread } = reading;
  return { files: [...parsed.values()], unread, problems, count: parsed.size };
}

async function expandSets(
  parsed: Map<string, ParsedFile>,
  { expand, expanded }: { readonly expand: NonNullable<FleetFolders['expand']>; readonly expanded: Set<string> },
): Promise<void> {
  for (const [file, found] of parsed) {
    if (found.sets.length === 0 || expanded.has(file)) continue;
    expanded.add(file);
    parsed.set(file, await expand(found));
  }
}

/** One that is not there is told when its manifests are wanted. */
async function readPlainFolder({ path, recurse }: PlainFolder, reading: Reading): Promise<void> {
  const skip = (folder: string, names: readonly string[]) =>
    isChart(folder, names) || (!recurse && folder !== path && holds(path, folder));
  const list = await reading.files.list(path, { skip, take: isYaml }).catch((error: unknown) => {
    if (error instanceof HelmGitopsError) return { files: [] };
    throw error;
  });
  const missing = list.files.filter((file) => !reading.parsed.has(file));
  await inParallel(parallel, missing, (file) => readOne(file, reading));
}

/** Whoever names another repository has to be allowed to, though somebody else may have opened it. */
function leadsElsewhere({ folder, file }: AppsFolder): boolean {
  return elsewhereOf(folder) !== '' && elsewhereOf(folder) !== elsewhereOf(file);
}

async function openAll(
  next: readonly AppsFolder[],
  { reading, open }: { reading: Reading; open: OpenOthers | undefined },
): Promise<AppsFolder[]> {
  const opened = (await open?.(next, [...reading.parsed.values()])) ?? [];
  for (const [index, { problem }] of opened.entries()) {
    if (problem === undefined) continue;
    reading.problems.push(problem);
    reading.unread.push(next[index]?.file ?? '');
  }
  return next.filter((_, index) => opened[index]?.readable === true);
}

interface Reading {
  readonly files: Pick<CheckoutFiles, 'list' | 'read'>;
  readonly cache: ParsedFiles;
  readonly parsed: Map<string, ParsedFile>;
  readonly problems: Problem[];
  readonly unread: string[];
}

async function readFolder(folder: string, reading: Reading, code: string, place?: Problem['place']): Promise<void> {
  let list: Awaited<ReturnType<CheckoutFiles['list']>>;
  try {
    list = await reading.files.list(folder, { skip: isChart, take: isYaml });
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    const problem = problemOf(error);
    reading.problems.push({
      ...problem,
      code,
      message: `the folder ${problem.message}`,
      place: place ?? problem.place,
      hint:
        place === undefined ? '"path" of the repository, in the configuration, names it from the root' : problem.hint,
    });
    reading.unread.push(place?.file ?? folder);
    return;
  }
  for (const file of list.unreadable) {
    const message = `${file} is a link that leads out of the repository, or nowhere`;
    reading.problems.push({ code: 'definition.unreadable', message, place: { file } });
    reading.unread.push(file);
  }
  const missing = list.files.filter((file) => !reading.parsed.has(file));
  await inParallel(parallel, missing, (file) => readOne(file, reading));
}

/** So many files are open at once. */
const parallel = 16;

async function readOne(file: string, { files, cache, parsed, problems, unread }: Reading): Promise<void> {
  let text: string;
  try {
    text = await files.read(file);
  } catch (error) {
    const problem = problemOf(error);
    problems.push({ ...problem, code: 'definition.unreadable' });
    unread.push(file);
    return;
  }
  const known = cache.get(file);
  const result = known?.text === text ? known.parsed : parseDefinitions(text, file);
  if (known?.parsed !== result && isWorthKeeping(result)) cache.set(file, { text, parsed: result });
  parsed.set(file, result);
}

/** Values files and the like are quickly looked through again; their texts would fill the memory. */
function isWorthKeeping({ applications, environments, defaults, projects, sets, problems }: ParsedFile): boolean {
  const definitions = applications.length + environments.length + defaults.length + projects.length + sets.length;
  return definitions + problems.length > 0;
}
