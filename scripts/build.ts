/** Bundles the program into `dist/`, and `template` by itself. */
import { rmSync } from 'node:fs';
import { bundleProgram, root } from './bundle-program.ts';
import { bundleTemplate } from './bundle-template.ts';

const outdir = `${root}dist`;
rmSync(outdir, { recursive: true, force: true });
await bundleProgram(outdir);
await bundleTemplate(root, outdir);
