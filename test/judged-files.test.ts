import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeVariable, unjudgedFiles } from './support/judged-files.ts';

const root = join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** What the tests read besides: where programs lie, what is recorded anew, seeds. None of it says what judges there are. */
const others =
  /^(?:PATH|HOME|TMPDIR|VITEST_POOL_ID|ONLY_JUDGED|UPDATE_FIXTURES|RECORD|SHOW|FAULT_SEED|FIELDS_RUNS|FIELDS_SHRINK)$/;

test('every variable that a test reads is known: a judge, or none', () => {
  const files = globSync('test/**/*.ts', { cwd: root });
  const read = files.flatMap((file) =>
    [...textOf(file).matchAll(/process\.env(?:\.(\w+)|\['(\w+)'\])|\{([^{}\n]*)\} = process\.env;/g)].flatMap(
      ([, plain, quoted, several]) => plain ?? quoted ?? (several ?? '').split(',').map((name) => name.trim()),
    ),
  );
  expect(read.filter((name) => judgeVariable.test(name)).length).toBeGreaterThan(50);
  expect(read.filter((name) => !judgeVariable.test(name) && !others.test(name))).toEqual([]);
});

test('only files without a judge are left out beside the judges', () => {
  const unjudged = new Set(unjudgedFiles());
  const named = globSync('test/**/*.test.ts', { cwd: root }).filter((file) =>
    /\b(?:HELM3?_BIN|KUBECTL_BIN|REGISTRY_BIN|SOPS_BIN|AGE_BIN|KUBECONFIG_REAL|FORGE_URL)\b/.test(textOf(file)),
  );
  // This file names them all, and asks none.
  expect(named.filter((file) => unjudged.has(file))).toEqual([]);
  for (const file of ['e2e/pins', 'contract/drift', 'contract/life', 'e2e/other-repositories', 'e2e/webhook'])
    expect(unjudged.has(`test/${file}.test.ts`)).toBe(false);
  expect(unjudged.has('test/foundation/yaml/write-yaml.test.ts')).toBe(true);
});
