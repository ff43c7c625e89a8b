/**
 * Which test files consult a real judge, told from their text: those that name its variable, and those that import a
 * file that does. A file that is not among them says the same with the judges as without.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of CONTRIBUTING.md. */
export const judgeVariable = /^(?:[A-Z0-9]+_BIN|KUBECONFIG_REAL|FORGE_URL)$/;

const root = join(import.meta.dirname, '..', '..');

/** Paths from the project's folder on, sorted. */
export function unjudgedFiles(): string[] {
  const tests = globSync('test/**/*.test.ts', { cwd: root }).sort();
  return tests.filter((file) => ![...closureOf(file)].some(namesJudge));
}

/** The file and what it imports, or names by a path of its own, from test, scripts and bench: src reads no environment. */
function closureOf(file: string): Set<string> {
  const closure = new Set([file]);
  for (const one of closure) {
    for (const [, path = ''] of textOf(one).matchAll(/'(\.{1,2}\/[^']+\.tsx?)'/g)) {
      const imported = join(dirname(one), path);
      if (!imported.startsWith('src/') && existsSync(join(root, imported))) closure.add(imported);
    }
  }
  return closure;
}

const namesJudge = (file: string): boolean =>
  (textOf(file).match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []).some((word) => judgeVariable.test(word));

const texts = new Map<string, string>();

function textOf(file: string): string {
  const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
  texts.set(file, text);
  return text;
}
