#!/usr/bin/env node
// Kept in the syntax of old Nodes, so that they can say what is missing. CommonJS, which Node starts sooner.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `helm-gitops needs Node 24 or newer; this is ${process.version}. Install a newer Node, for example by your package manager.\n`,
  );
  process.exit(2);
}
const { homedir } = require('node:os');
const cache = process.env.XDG_CACHE_HOME || `${homedir()}/.cache`;
// Node's own choice is in the folder for temporary files, which others may write to.
require('node:module').enableCompileCache(process.env.NODE_COMPILE_CACHE || `${cache}/helm-gitops/compiled`);
if (process.argv[2] === 'template') require('../dist/template.cjs');
else import('../dist/main.js');
