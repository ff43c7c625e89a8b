/**
 * Takes a checkout's files, returns every definition file below the configured path and below each folder that an
 * application of applications names. Reads and parses; decides nothing.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { inParallel } from '../../foundation/base/in-parallel.ts';
import { type Problem, problemOf } from '../../foundation/base/problem.ts';
import { holds } from '../../foundation/base/repository-path.ts';
import type { CheckoutFiles } from '../source/checkout-files.ts';
import { appsFolders } from './assign-owners.ts';
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

interface FleetPlace {
  readonly path: string;
  readonly own: OwnRepository;
}

export async function readFleet({ path, own }: FleetPlace, files: CheckoutFiles, cache: ParsedFiles): Promise<Fleet> {
  const reading: Reading = { files, cache, parsed: new Map(), problems: [], unread: [] };
  await readFolder(path, reading, 'definition.path');
  // Folders named by applications found in folders named by applications …
  const done = new Set([path]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { folder, application } of appsFolders([...reading.parsed.values()]).folders) {
      if (done.has(folder)) continue;
      done.add(folder);
      grown = true;
      await readFolder(folder, reading, 'definition.apps', application.apps?.place);
    }
    for (const [key, folder] of plainFolders(reading.parsed.values(), own)) {
      if (done.has(key)) continue;
      done.add(key);
      grown = (await readPlainFolder(folder, reading)) || grown;
    }
  }
  for (const file of cache.keys()) if (!reading.parsed.has(file)) cache.delete(file);
  const { parsed, problems, unread } = reading;
  return { files: [...parsed.values()], unread, problems, count: parsed.size };
}

/** One that is not there is told when its manifests are wanted. */
async function readPlainFolder({ path, recurse }: PlainFolder, reading: Reading): Promise<boolean> {
  const skip = (folder: string, names: readonly string[]) =>
    isChart(folder, names) || (!recurse && folder !== path && holds(path, folder));
  const list = await reading.files.list(path, { skip, take: isYaml }).catch((error: unknown) => {
    if (error instanceof HelmGitopsError) return { files: [] };
    throw error;
  });
  const missing = list.files.filter((file) => !reading.parsed.has(file));
  await inParallel(parallel, missing, (file) => readOne(file, reading));
  return missing.length > 0;
}

interface Reading {
  readonly files: CheckoutFiles;
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
function isWorthKeeping({ applications, environments, defaults, projects, problems }: ParsedFile): boolean {
  return applications.length + environments.length + defaults.length + projects.length + problems.length > 0;
}
