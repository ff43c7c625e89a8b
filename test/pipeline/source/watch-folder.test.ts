import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchFolder } from '../../../src/pipeline/source/watch-folder.ts';
import { temporaryFolder, writeFiles } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  writeFiles(folder.path, { 'apps/a.yaml': '1', '.git/HEAD': 'x', '.helm-gitops/data': 'x' });
});
afterEach(() => folder.remove());

/** Resolves at the next change, and counts them. */
function counter() {
  let notify = (): void => undefined;
  let count = 0;
  return {
    onChange: () => {
      count++;
      notify();
    },
    next: () => new Promise<void>((resolve) => (notify = resolve)),
    count: () => count,
  };
}

describe('watchFolder', () => {
  test('reports edits, new files and removals, a burst of them once', async () => {
    const changes = counter();
    await using _watch = await watchFolder({ folder: folder.path, onChange: changes.onChange, quiet: 150 });
    let changed = changes.next();
    for (let i = 0; i < 20; i++) writeFileSync(join(folder.path, `apps/f${i}.yaml`), String(i));
    await changed;
    expect(changes.count()).toBe(1);
    changed = changes.next();
    writeFiles(folder.path, { 'new/deep/b.yaml': '1' });
    await changed;
    changed = changes.next();
    rmSync(join(folder.path, 'apps/a.yaml'));
    await changed;
  });

  test('leaves out what git and the daemon write', async () => {
    const changes = counter();
    await using _watch = await watchFolder({ folder: folder.path, onChange: changes.onChange, quiet: 10 });
    writeFiles(folder.path, { '.git/index': 'x', '.helm-gitops/cluster/y': 'x' });
    const changed = changes.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(changes.count()).toBe(0);
    writeFileSync(join(folder.path, 'apps/a.yaml'), '2');
    await changed;
  });

  test('says nothing after its end', async () => {
    const changes = counter();
    const watch = await watchFolder({ folder: folder.path, onChange: changes.onChange, quiet: 10 });
    await watch[Symbol.asyncDispose]();
    writeFileSync(join(folder.path, 'apps/a.yaml'), '2');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(changes.count()).toBe(0);
  });
});
