// Runs a CommonJS script with the code that V8 made of it in earlier runs. Node's own compile cache keeps what is
// compiled before a script starts, which is the smaller part: functions are compiled when they are first called.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { constants, Script } = require('node:vm');

/** So many runs add what they compiled; then the cache stays as it is. */
const TEACHING_RUNS = 10;
const HASH_LENGTH = 64;

/**
 * `file` is ASCII: a function of what a module is given, behind a comment that holds its hash. `folder` is made;
 * without one, no cache.
 */
module.exports = function runCached(file, folder) {
  const source = readFileSync(file, 'latin1');
  const hash = source.slice(2, 2 + HASH_LENGTH);
  // Not by V8's own tag: node:v8 takes longer to load than the cache saves. What does not fit is refused and made anew.
  const cacheFile = folder && `${folder}/${hash}-${process.version}-${process.arch}`;
  const known = cacheFile && read(cacheFile);
  const script = new Script(source, {
    filename: file,
    cachedData: known ? known.subarray(0, -1) : undefined,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const left = !known || script.cachedDataRejected ? TEACHING_RUNS : known[known.length - 1];
  if (cacheFile && left > 0) {
    process.on('exit', () => write(cacheFile, Buffer.concat([script.createCachedData(), Buffer.of(left - 1)])));
  }
  const module = { exports: {} };
  script.runInThisContext()(createRequire(file), module, module.exports, file);
};

function read(file) {
  try {
    const data = readFileSync(file);
    return data.length > 0 ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all. Where nothing can be written, the next run is no faster. */
function write(file, data) {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, data, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {}
}
