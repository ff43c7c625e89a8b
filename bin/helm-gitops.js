#!/usr/bin/env node
// Kept in the syntax of old Nodes, so that they can say what is missing.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `helm-gitops needs Node 24 or newer; this is ${process.version}. Install a newer Node, for example by your package manager.\n`,
  );
  process.exit(2);
}
import('node:module').then(({ enableCompileCache }) => {
  enableCompileCache();
  return import('../dist/main.js');
});
