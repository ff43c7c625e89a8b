/**
 * Bundles `template` once more, for speed: a CommonJS file that holds this one command, with packages and Node's own
 * modules loaded when they are first used. Helm ends in 50 ms; Node needs half of that before it runs anything.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type OnLoadResult, type Plugin } from 'esbuild';

/** Not what Node has loaded by then anyway, such as fs. */
const lateModules = ['node:crypto', 'node:net', 'node:stream', 'node:zlib'];
/** Most charts need none or one of them. */
const latePackages = ['bcryptjs', 'modern-tar', 'mustache', 're2js', 'semver', 'yaml'];
/** Files of ours with large tables that hardly a run needs. */
const lateFiles = /\/(?:patch-documents|(?:metaschemas|zone-abbreviations)\.table)\.ts$/;

/** The worker lies beside this file; its address is asked for when a render goes too deep. */
const fileUrl = "return require('node:url').pathToFileURL(__filename).href;";

export async function bundleTemplate(root: string, outdir: string): Promise<void> {
  const options = {
    absWorkingDir: root,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    legalComments: 'linked',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  } satisfies BuildOptions;
  const packages = Object.fromEntries(latePackages.map((name) => [name, name]));
  await build({ ...options, entryPoints: packages, outdir: `${outdir}/packages`, outExtension: { '.js': '.cjs' } });
  await build({
    ...options,
    entryPoints: { template: 'src/main.ts' },
    outdir,
    outExtension: { '.js': '.cjs' },
    plugins: [oneCommand, hashInScript, cacheOfOneRun, loadLate(root), loadFilesLate],
    // main.ts takes either clock; Node loads `performance` when it is first named.
    define: { 'import.meta.url': '__meta.url', 'import.meta.optimiseLate': '__meta.optimiseLate', performance: 'Date' },
    banner: { js: `const __meta = { get url() { ${fileUrl} }, optimiseLate: module.optimiseLate };` },
  });
  const file = `${outdir}/template.cjs`;
  await writeFile(file, asFunction(withBuiltins(withoutCopies(await readFile(file, 'utf8')))));
}

/** esbuild copies all names of a module for each file that imports it; only a default export needs that. */
function withoutCopies(text: string): string {
  return text.replace(/\b(import_\w+)=__toESM\((require_\w+\(\)),1\)/g, (copy, name: string, loaded: string) =>
    text.includes(`${name}.default`) ? copy : `${name}=${loaded}`,
  );
}

/** Node's own modules without the way through its loader and its hooks, and without a copy of `process`. */
function withBuiltins(text: string): string {
  return text
    .replaceAll(/__toESM\(require\("node:(\w+)"\),1\)/g, '{default:require("node:$1")}')
    .replaceAll(/\brequire\("(node:\w+)"\)/g, 'process.getBuiltinModule("$1")');
}

/** As bin/run-cached.js runs it without another copy, the hash in front so that it need not hash the file to know it. */
function asFunction(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return `//${hash}\n(function (require, module, exports, __filename) {\n${text}})\n`;
}

/** `template` becomes a static import, as esbuild wraps every module behind a dynamic one; the others are left out. */
const oneCommand: Plugin = {
  name: 'one-command',
  setup({ onLoad, onResolve }) {
    const dispatch = /run-command-line\.ts$/;
    onLoad({ filter: dispatch }, async ({ path }): Promise<OnLoadResult> => {
      const text = await readFile(path, 'utf8');
      const dynamic = "await import('./commands/template.ts')";
      if (!text.includes(dynamic)) throw new Error(`${path} no longer holds ${dynamic}`);
      const contents = `import * as command from './commands/template.ts';\n${text.replace(dynamic, 'command')}`;
      return { contents, loader: 'ts', resolveDir: dirname(path) };
    });
    onResolve({ filter: /^\./ }, ({ importer, kind }) =>
      dispatch.test(importer) && kind === 'dynamic-import' ? { path: './main.js', external: true } : undefined,
    );
  },
};

/** Charts hash a few short texts, for which loading node:crypto takes too long. */
const hashInScript: Plugin = {
  name: 'hash-in-script',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/sha256\.ts$/ }, ({ resolveDir }) => ({ path: join(resolveDir, 'sha256-in-script.ts') }));
  },
};

/** Making an LRU cache takes as long as rendering a small template. */
const cacheOfOneRun: Plugin = {
  name: 'cache-of-one-run',
  setup({ onResolve }) {
    onResolve({ filter: /^lru-cache$/ }, () => ({ path: join(import.meta.dirname, 'clearing-cache.ts') }));
  },
};

/** In place of a module, one whose exports are looked up in the real module when they are used. */
function loadLate(root: string): Plugin {
  const fromRoot = createRequire(`${root}package.json`);
  return {
    name: 'load-late',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^[a-z]/ }, ({ path, namespace }) => {
        if (namespace === 'late') return { path, external: true };
        return lateModules.includes(path) || latePackages.includes(path) ? { path, namespace: 'late' } : undefined;
      });
      onResolve({ filter: /^\.\/packages\// }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /./, namespace: 'late' }, ({ path }): OnLoadResult => {
        const names = Object.keys(fromRoot(path) as object).filter((name) => /^\w+$/.test(name) && name !== 'default');
        const from = JSON.stringify(path.startsWith('node:') ? path : `./packages/${path}.cjs`);
        const getters = ['default', '__esModule', ...names].map((name) => `get ${name}() { return late('${name}'); }`);
        const late = `if (name === '__esModule') return true;
          found ??= require(${from});
          return name === 'default' && !found.__esModule ? found : found[name];`;
        return { contents: `let found; const late = (name) => { ${late} };\nmodule.exports = { ${getters} };` };
      });
    },
  };
}

/** The same for files of the bundle: what stands at their top runs when something in them is first used. */
const loadFilesLate: Plugin = {
  name: 'load-files-late',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: lateFiles }, ({ path, resolveDir, namespace }) =>
      namespace === 'late-file' ? undefined : { path: join(resolveDir, path), namespace: 'late-file' },
    );
    onLoad({ filter: /./, namespace: 'late-file' }, async ({ path }): Promise<OnLoadResult> => {
      const exported = /^export (?:async )?(?:const|function) (\w+)/gm;
      const names = [...(await readFile(path, 'utf8')).matchAll(exported)].map(([, name]) => name);
      const getters = names.map(
        (name) => `get ${name}() { return (found ??= require(${JSON.stringify(path)})).${name}; }`,
      );
      return { contents: `let found;\nmodule.exports = { ${getters} };`, resolveDir: dirname(path) };
    });
  },
};
