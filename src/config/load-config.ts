/**
 * Takes the configuration file's name and what overrides it, returns the Config; throws `config.invalid` with every
 * problem at once. It reads the files it names only to see that they can be read.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HelmGitopsError, type Place } from '../foundation/base/errors.ts';
import { invalidInput, type Problem } from '../foundation/base/problem.ts';
import { checkDocument, inputSchema } from '../foundation/document/check-document.ts';
import { findNotYet } from '../foundation/document/find-not-yet.ts';
import { type Path, type ReadDocument, readDocuments } from '../foundation/document/read-documents.ts';
import type { Config } from './config.ts';
import { notYetInConfig } from './not-yet.table.ts';
import { applyOverrides, type Override, overridePrefix, overridesOfEnvironment, overridesOfSets } from './overrides.ts';
import { resolveConfig } from './resolve-config.ts';
import { configFileSchema } from './schema.ts';

export interface LoadConfigInput {
  readonly file: string;
  /** What a relative file name is relative to. */
  readonly folder?: string;
  /** As given with --set. */
  readonly sets: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Nothing is deployed or served: files that only a running daemon needs may lie elsewhere, as on a laptop or in a CI job. */
  readonly definitionsOnly?: boolean;
  /** Where a ServiceAccount would be mounted. */
  readonly serviceAccountFolder?: string;
}

const code = 'config.invalid';

export async function loadConfig(input: LoadConfigInput): Promise<Config> {
  const file = resolve(input.folder ?? '.', input.file);
  const document = parseConfig(await readConfigFile(file, input.file), input.file);
  // To be made it costs every command more than all else of the configuration; only overrides ask it.
  const shape = isOverridden(input) ? inputSchema(configFileSchema) : {};
  const fromEnvironment = overridesOfEnvironment(input.environment, shape);
  const fromSets = overridesOfSets(input.sets, shape);
  const overrides = [...fromEnvironment.overrides, ...fromSets.overrides];
  const data = applyOverrides(document.data ?? {}, overrides);
  const place = placeWithOverrides(document, overrides);
  const problems: Problem[] = [...fromEnvironment.problems, ...fromSets.problems];
  const checked = checkDocument(configFileSchema, { data, place, code });
  problems.push(...checked.problems, ...findNotYet(notYetInConfig, { data, place, code: 'config.not-yet' }));
  if (checked.value === undefined) throw invalidInput(code, problems);
  const { config, problems: others } = await resolveConfig(checked.value, {
    file,
    document: { ...readerOf(document), place },
    environment: input.environment,
    definitionsOnly: input.definitionsOnly ?? false,
    serviceAccountFolder: input.serviceAccountFolder ?? '/var/run/secrets/kubernetes.io/serviceaccount',
  });
  problems.push(...others);
  if (problems.length > 0) throw invalidInput(code, problems);
  return config;
}

const isOverridden = ({ sets, environment }: LoadConfigInput): boolean =>
  sets.length > 0 || Object.keys(environment).some((name) => name.startsWith(overridePrefix));

async function readConfigFile(file: string, written: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new HelmGitopsError(
      missing ? 'config.not-found' : 'config.unreadable',
      'user',
      missing ? `there is no configuration file ${written}` : `the configuration file ${written} cannot be read`,
      {
        place: { file: written },
        hint: missing ? 'name one with --config, or make a fleet with: helm-gitops init DIR' : undefined,
        cause,
      },
    );
  }
}

function parseConfig(text: string, file: string): ReadDocument {
  const documents = readDocuments(text, { file, code });
  const problems = documents.flatMap((document) => document.problems);
  const [document, second] = documents;
  if (second !== undefined) {
    problems.push({ code, message: 'the configuration is one document only', place: second.place([]) });
  }
  if (problems.length > 0) throw invalidInput(code, problems);
  return document ?? emptyDocument(file);
}

function emptyDocument(file: string): ReadDocument {
  const [document] = readDocuments('{}', { file, code });
  if (document === undefined) throw new Error('an empty map is a document');
  return document;
}

/** A class instance's fields and methods as a plain object, so that `place` can be replaced. */
function readerOf(document: ReadDocument): ReadDocument {
  return {
    data: document.data,
    problems: document.problems,
    document: document.document,
    place: (path, part) => document.place(path, part),
    node: (path) => document.node(path),
  };
}

/** What an override set is wrong there, not in the file. */
function placeWithOverrides(document: ReadDocument, overrides: readonly Override[]) {
  return (path: Path, part?: 'key' | 'value'): Place => {
    const override = overrides.findLast((candidate) =>
      candidate.path.every((step, index) => (index >= path.length ? false : String(path[index]) === String(step))),
    );
    return override?.place ?? document.place(path, part);
  };
}
