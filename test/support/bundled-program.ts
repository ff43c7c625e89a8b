/**
 * The program as it ships, for tests that start it as a process: bundled it takes half the time to be up. Made anew before
 * each run of a project whose tests do that (a global setup), always in the same place, which Node's compile cache knows it by.
 */
import { join } from 'node:path';
import { bundleProgram, root } from '../../scripts/bundle-program.ts';

const folder = join(root, 'node_modules', '.cache', 'bundled');

/** Run it by Node, in the project's folder. */
export const bundledProgram = join(folder, 'main.js');

export async function setup(): Promise<void> {
  // Another run may have it open: nothing is taken away.
  await bundleProgram(folder);
}
