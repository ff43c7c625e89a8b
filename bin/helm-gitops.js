#!/usr/bin/env node
// Kept in the syntax of old Nodes, so that they can say what is missing. CommonJS, which Node starts sooner.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `helm-gitops needs Node 24 or newer; this is ${process.version}. Install a newer Node, for example by your package manager.\n`,
  );
  process.exit(2);
}
// Node's own choice is in the folder for temporary files, which others may write to.
const caches = process.env.XDG_CACHE_HOME || (process.env.HOME && `${process.env.HOME}/.cache`);
const folder = process.env.NODE_COMPILE_CACHE || (caches && `${caches}/helm-gitops/compiled`);
require('node:module').enableCompileCache(folder);
if (process.argv[2] === 'template') {
  optimiseLate();
  require('./run-cached.js')(require.resolve('../dist/template.cjs'), folder);
} else {
  import('../dist/main.js');
}

// Most charts are rendered before optimised code pays for its making, which takes a quarter of the processor's time of such
// a run. Ten times as many calls as Node 24's own choice: what runs for seconds is still optimised.
function optimiseLate() {
  const { setFlagsFromString } = require('node:v8');
  for (const [compiler, calls] of [
    ['maglev', 4000],
    ['maglev-osr', 1000],
    ['turbofan', 30000],
    ['osr', 5000],
  ]) {
    setFlagsFromString(`--invocation-count-for-${compiler}=${calls}`);
  }
}
