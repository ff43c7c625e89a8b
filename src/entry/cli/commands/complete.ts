/**
 * `__complete`: what may stand in place of the last word of a command line, for the scripts of `completion`. Whatever goes
 * wrong it is silent, for it answers a keystroke.
 */
import type { Argument, Command, Option } from 'commander';
import { type GlobalOptions, readConfig, readDefinitionsOf } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';
import { dependencyFlags } from './dependency-flags.table.ts';
import { packageFlags, pushFlags } from './package-flags.table.ts';
import { templateFlags } from './template-flags.table.ts';

interface Candidate {
  readonly text: string;
  readonly summary?: string | undefined;
}

/** What stands at a place: words that are known, names of the fleet, or nothing that can be told. */
type Expected = readonly Candidate[] | 'application' | 'environment';

/** Of the commands whose flags are Helm's. */
const helmFlags = new Map<string, Readonly<Record<string, { readonly summary?: string }>>>([
  ['template', templateFlags],
  ['dependency', dependencyFlags.update],
  ['package', packageFlags],
  ['push', pushFlags],
]);

/** Milliseconds for asking the fleet; nobody waits longer for a key. */
const patience = 2_000;

export async function complete(line: CommandLine, program: Command, typed: readonly string[]): Promise<number> {
  const { words, before } = withoutEquals(typed);
  const last = words.at(-1) ?? '';
  const what = expectedIn(program, words);
  const candidates = typeof what === 'string' ? await namesOf(line, what, globalsIn(program, words)) : what;
  for (const { text, summary } of candidates)
    if (text.startsWith(last)) line.stdout.write(`${before}${text}${summary ? `\t${summary}` : ''}\n`);
  return 0;
}

/** `--environment=p` as two words. To bash they are three; another shell wants back what stands before the value (`before`). */
function withoutEquals(typed: readonly string[]): { words: readonly string[]; before: string } {
  const words = typed.flatMap((word, at) => {
    const [, option, value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    if (option !== undefined && value !== undefined) return [option, value];
    if (word !== '=' || !typed[at - 1]?.startsWith('--')) return [word];
    return at === typed.length - 1 ? [''] : [];
  });
  const before = /^--[\w-]+=/.exec(typed.at(-1) ?? '')?.[0] ?? '';
  return { words, before };
}

function expectedIn(program: Command, words: readonly string[]): Expected {
  const last = words.at(-1) ?? '';
  let command = program;
  let operands = 0;
  for (let at = 0; at < words.length - 1; at += 1) {
    const word = words[at] ?? '';
    const option = optionOf(command, word);
    if (option && takesValue(option)) {
      if (at === words.length - 2) return valuesOf(option);
      at += 1;
    } else if (!word.startsWith('-')) {
      const child = operands === 0 ? childOf(command, word) : undefined;
      if (child) command = child;
      else operands += 1;
    }
  }
  if (last.startsWith('-')) {
    const flags = Object.entries(helmFlags.get(command.name()) ?? {});
    if (flags.length > 0) return flags.map(([name, { summary }]) => ({ text: `--${name}`, summary }));
    return command.createHelp().visibleOptions(command).map(candidateOf);
  }
  const children = operands === 0 ? command.commands.filter((child) => !child.name().startsWith('_')) : [];
  if (children.length > 0) return children.map((child) => ({ text: child.name(), summary: child.summary() }));
  const { registeredArguments } = command;
  const argument = registeredArguments[operands] ?? registeredArguments.find(({ variadic }) => variadic);
  return argument ? operandsOf(argument) : [];
}

const childOf = (command: Command, word: string) =>
  command.commands.find((child) => child.name() === word || child.aliases().includes(word));

const optionOf = (command: Command, word: string): Option | undefined =>
  command.options.find(({ long, short }) => word === short || word === long);

const takesValue = ({ required, optional }: Option): boolean => required || optional;

const candidateOf = ({ long, short, description }: Option): Candidate => ({
  text: long ?? short ?? '',
  summary: description,
});

const plain = (texts: readonly string[]): Candidate[] => texts.map((text) => ({ text }));

function valuesOf({ long, flags, argChoices }: Option): Expected {
  if (long === '--environment' || flags.endsWith('<environment>')) return 'environment';
  if (long === '--output') return plain(['table', 'json', 'yaml']);
  return plain(argChoices ?? []);
}

function operandsOf(argument: Argument): Expected {
  if (argument.name() === 'app') return 'application';
  if (argument.name() === 'verb') return plain(Object.keys(dependencyFlags));
  return plain(argument.argChoices ?? []);
}

/** As far as they are typed already. */
function globalsIn(program: Command, words: readonly string[]): GlobalOptions {
  const config = words.lastIndexOf('--config');
  const named = config >= 0 && config < words.length - 2 ? words[config + 1] : undefined;
  return { config: named ?? program.opts<GlobalOptions>().config, set: [] };
}

async function namesOf(
  line: CommandLine,
  what: 'application' | 'environment',
  options: GlobalOptions,
): Promise<Candidate[]> {
  const signal = AbortSignal.any([line.signal, AbortSignal.timeout(patience)]);
  try {
    const definitions = await readDefinitionsOf(
      { ...line, signal },
      await readConfig(line, options, { definitionsOnly: true }),
    );
    const names = definitions.map(({ app, environment }) => (what === 'application' ? app : environment));
    return plain([...new Set(names)].sort());
  } catch {
    return [];
  }
}
