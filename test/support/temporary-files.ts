/**
 * Gives a run of the tests its own folder for temporary files, and removes it with all that is left in it: by suites that
 * are skipped once they are set up, and by processes that tests kill.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

// Short, for sockets lie below: their paths end at some hundred characters.
const prefix = 'hgt-';

export function setup(): (() => void) | undefined {
  // Each project of a run comes by here.
  if (basename(tmpdir()).startsWith(prefix)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
