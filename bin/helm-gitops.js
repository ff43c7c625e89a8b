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
if (process.argv[2] === 'template') {
  require('./run-cached.js')(`${__dirname}/../dist/template.cjs`, folder);
} else {
  require('node:module').enableCompileCache(folder);
  import('../dist/main.js');
}
