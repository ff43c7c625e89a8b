/**
 * Takes releases as another tool's definitions describe them, returns the YAML of definitions of ours that come to the same
 * releases (name, namespace, chart, values, settings, patches), and what has no equivalent: an application with such a thing is
 * left out whole. Used by `migrate`: read the other tool's definitions as ever, hand over the `ReleaseDefinition`s with what is
 * known of each, and print `text`; `comments` and `inlineText` bring in what only the source's text holds. Pure.
 */
import { stringify } from 'yaml';
import { type Problem, problemOf } from '../../../foundation/base/problem.ts';
import type { ReleaseDefinition } from '../release-definition.ts';
import { type EnvironmentSpec, nativeNames } from './native-names.ts';
import { type PrintedApplication, printApplication } from './print-application.ts';

export interface PrintedRelease {
  readonly definition: ReleaseDefinition;
  /** Its chart is a folder of plain manifests. */
  readonly isPlain: boolean;
  /** Lines to stand above it, without their `#`. */
  readonly comments: readonly string[];
}

export interface PrintInput {
  readonly releases: readonly PrintedRelease[];
  /** How many clusters are configured: one needs no name. */
  readonly clusters: number;
  /** The fleet has Environment documents already: an environment needs one. */
  readonly hasEnvironments: boolean;
  /** A map of values as it is written, comments included, if it can be had. */
  readonly inlineText: (source: ReleaseDefinition['values'][number]) => string | undefined;
}

export interface PrintedDefinitions {
  readonly text: string;
  /** What is not printed, and why. */
  readonly unlike: readonly Problem[];
  readonly applications: number;
}

/** What is left out has no say in how the others are named. */
export function printDefinitions(input: PrintInput): PrintedDefinitions {
  const { unlike } = printAll(input);
  const left = new Set(unlike.map(({ release }) => release));
  const { documents, used, names } = printAll({ ...input, releases: input.releases.filter((one) => !left.has(one)) });
  const environments = [...names.environments].filter(([name]) => used.has(name));
  const heads = environments.map(([name, spec]) => `---\n${yaml(environmentOf(name, spec))}`);
  return {
    text: [...heads, ...documents].join(''),
    unlike: unlike.map(({ problem }) => problem),
    applications: documents.length,
  };
}

function printAll(input: PrintInput) {
  const unlike: { readonly release: PrintedRelease; readonly problem: Problem }[] = [];
  const documents: string[] = [];
  const names = nativeNames(input);
  const used = new Set<string>();
  for (const release of input.releases) {
    const { definition, isPlain, comments } = release;
    try {
      const printed = printApplication(definition, { names, isPlain, inlineText: input.inlineText });
      const { file, line } = definition.origin.place;
      const head = [line === undefined ? file : `${file}:${line}`, ...comments];
      documents.push(`---\n${head.map((text) => `# ${text}`.trimEnd()).join('\n')}\n${textOf(printed)}`);
      used.add(names.environment(definition));
    } catch (thrown) {
      const problem = problemOf(thrown);
      unlike.push({ release, problem: { ...problem, message: `${definition.app}: ${problem.message}` } });
    }
  }
  return { unlike, documents, used, names };
}

function environmentOf(name: string, { cluster, createNamespace }: EnvironmentSpec) {
  const isBare =
    createNamespace !== false && Object.values(createNamespace).every((map) => Object.keys(map).length === 0);
  const created = isBare ? {} : { createNamespace };
  const spec = { ...(cluster === undefined ? {} : { cluster }), ...created };
  return { apiVersion: 'helm-gitops.io/v1', kind: 'Environment', metadata: { name }, spec };
}

/** YAML 1.1 reads the same from it: `inline` is read so. */
const yaml = (document: unknown) => stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });

/** Texts of maps take the place of their marks, below their key. */
function textOf({ document, texts }: PrintedApplication): string {
  return yaml(document).replace(/^( *(?:- )?)inline: "?@(\d+)@"?\n/gm, (_line, lead: string, index: string) => {
    const indent = ' '.repeat(lead.length + 2);
    const lines = (texts[Number(index)] ?? '').replace(/\n+$/, '').split('\n');
    return `${lead}inline:\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}\n`;
  });
}
