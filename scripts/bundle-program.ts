/** Bundles the program: one entry for the command line, one for each worker thread, OpenPGP.js beside them. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { vendorOpenpgp } from './vendor-openpgp.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Into a folder where `main.js` runs by itself; what lies there already stays, but for files of the same names. */
export async function bundleProgram(outdir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: {
      main: 'src/main.ts',
      'render-worker': 'src/daemon/rendering/render-worker.ts',
      'template-worker': 'src/entry/cli/commands/template-worker.ts',
      'cluster-worker': 'src/embedded/cluster-worker.ts',
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Names stay: they are what a stack trace of a bug is read by. The text of what runs stays in memory, once a thread.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    loader: { '.css': 'text', '.html': 'text', '.svg': 'text' },
    // Some packages of ours are CommonJS and call require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    plugins: [vendorOpenpgp(root, outdir)],
    logLevel: 'warning',
  });
}
