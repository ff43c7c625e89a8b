/** Refuses to run the tests on a Node that is older than the one `npm ci` brings. */
export function setup(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 24) {
    throw new Error(
      `the tests need Node 24 (this is ${process.version}): run them by "npm test", which uses node_modules/.bin/node`,
    );
  }
}
