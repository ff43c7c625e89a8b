/** What `completion` prints, read by the shells themselves, where they are. */
import { execFile, execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { completionScripts } from '../../../src/entry/cli/commands/completion-scripts.table.ts';
import { newFolder } from './run-in-process.ts';

type Shell = keyof typeof completionScripts;

function isThere(shell: Shell): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** In the place of the program: of each word that it is asked about it says something; of `none` nothing. */
const program = `#!/bin/sh
shift
for word; do
  [ "$word" = none ] && exit 0
done
for word; do
  printf '%s\\tsummary: of it\\n' "$word-a:b"
done
`;

/** What stands behind the script: the shell's own way to ask for completions of a command line. */
const asks: Readonly<Record<Shell, (words: readonly string[]) => string>> = {
  bash: (words) =>
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')} tail); COMP_CWORD=${words.length - 1}; _helm_gitops; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words) => `words=(${words.map((word) => `'${word}'`).join(' ')} tail); CURRENT=${words.length}; _helm_gitops`,
  fish: (words) => `complete -C '${words.join(' ')}'`,
};

/** Of zsh's completion only what the script calls: it works in a terminal alone. */
const zshOnly = `compdef() { :; }; _describe() { print -rl -- "\${(@P)2}"; }; _files() { print files; }\n`;

// A machine without zsh or fish passes those over: nobody needs them to work on this.
describe.each(Object.keys(completionScripts) as Shell[])('the script for %s', (shell) => {
  test.skipIf(!isThere(shell))('hands on the words typed so far, and what may stand there', async () => {
    await using folder = await newFolder({ 'helm-gitops': program });
    await chmod(join(folder.path, 'helm-gitops'), 0o755);
    const ask = async (...words: string[]) => {
      const text = `${shell === 'zsh' ? zshOnly : ''}${completionScripts[shell]}${asks[shell](['./helm-gitops', ...words])}`;
      const args = shell === 'zsh' ? ['-fc', text] : shell === 'fish' ? ['--no-config', '-c', text] : ['-c', text];
      return (await promisify(execFile)(shell, args, { cwd: folder.path })).stdout.split('\n').filter(Boolean);
    };
    const summary = { bash: '', zsh: ':summary\\: of it', fish: '\tsummary: of it' }[shell];
    const shown = (text: string) => `${shell === 'zsh' ? text.replaceAll(':', '\\:') : text}${summary}`;
    expect(await ask('status', 'st')).toEqual(['status-a:b', 'st-a:b'].filter(fits(shell, 'st')).map(shown));
    expect(await ask('status', '')).toEqual(['status-a:b', '-a:b'].map(shown));
    expect(await ask('none', 'helm-g')).toEqual({ bash: [], zsh: ['files'], fish: ['helm-gitops'] }[shell]);
  });
});

/** fish leaves out by itself what does not begin as the word does. */
const fits = (shell: Shell, word: string) => (text: string) => shell !== 'fish' || text.startsWith(word);
