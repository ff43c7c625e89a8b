/**
 * Keeps OpenPGP.js out of the bundle: it is under the LGPL, so it lies in `dist/vendor/openpgp` as its authors publish
 * it, beside its license, and whoever wants another build of it puts that in its place.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** Relative to every bundled file, for all lie in one folder. */
const VENDORED = './vendor/openpgp/openpgp.mjs';

export function vendorOpenpgp(root: string, outdir: string): Plugin {
  return {
    name: 'vendor-openpgp',
    setup({ onResolve, onEnd }) {
      onResolve({ filter: /^openpgp$/ }, () => ({ path: VENDORED, external: true }));
      onEnd(() => {
        const from = `${root}node_modules/openpgp`;
        const to = `${outdir}/vendor/openpgp`;
        mkdirSync(to, { recursive: true });
        copyFileSync(`${from}/dist/node/openpgp.mjs`, `${to}/openpgp.mjs`);
        copyFileSync(`${from}/LICENSE`, `${to}/LICENSE`);
        writeFileSync(`${to}/NOTICE`, noticeOf(JSON.parse(readFileSync(`${from}/package.json`, 'utf8')).version));
      });
    },
  };
}

const noticeOf = (
  version: string,
): string => `helm-gitops uses OpenPGP.js ${version} to verify the signatures of charts.
OpenPGP.js is under the GNU Lesser General Public License, version 3 or later (see LICENSE; the GNU General Public
License that it builds on: https://www.gnu.org/licenses/gpl-3.0.txt). openpgp.mjs is the unmodified file
dist/node/openpgp.mjs of the npm package openpgp ${version}; its source: https://github.com/openpgpjs/openpgpjs.
Replace the file to use another build of the library.
`;
