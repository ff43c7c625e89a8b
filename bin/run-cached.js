// Runs a CommonJS script with the code that V8 made of it in earlier runs. Node's own compile cache keeps what is
// compiled before a script starts, which is the smaller part: functions are compiled when they are first called.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { constants, Script } = require('node:vm');

/** After so many calls Node 24 has its compilers optimise a function. */
const CALLS = { maglev: 400, 'maglev-osr': 100, turbofan: 3000, osr: 500 };
/** So many runs add what they compiled; then the cache stays as it is. */
const TEACHING_RUNS = 10;
const HASH_LENGTH = 64;

/** `times` as many as Node would have it. */
function optimiseAfter(times) {
  const { setFlagsFromString } = require('node:v8');
  for (const compiler of Object.keys(CALLS))
    setFlagsFromString(`--invocation-count-for-${compiler}=${CALLS[compiler] * times}`);
}

/**
 * `file` is ASCII: a function of what a module is given, behind a comment that holds its hash. `folder` is made;
 * without one, no cache. Once the code is kept it finds `module.optimiseLate`, for a run whose optimised code would not pay
 * for its making though it is long enough to be made: that takes a quarter of the processor's time. Node's own choice is right
 * for what is short, as the module that changes it takes longer to load, and what runs for seconds is still optimised.
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
  const isTaught = !cacheFile || left === 0;
  if (!isTaught) {
    process.on('exit', () => teach(cacheFile, { script, left }));
  }
  // V8 takes a cache only under the flags that it was made under, and knows flags that were set from those that never were.
  const module = { exports: {}, optimiseLate: isTaught ? () => optimiseAfter(10) : undefined };
  script.runInThisContext()(lateRequire(file, folder), module, module.exports, file);
};

/** Most runs load nothing besides, and so need neither node:module nor its cache. */
function lateRequire(file, folder) {
  let load;
  return (name) => {
    if (load === undefined) {
      const { createRequire, enableCompileCache } = require('node:module');
      enableCompileCache(folder);
      load = createRequire(file);
    }
    return load(name);
  };
}

function teach(cacheFile, { script, left }) {
  write(cacheFile, Buffer.concat([script.createCachedData(), Buffer.of(left - 1)]));
}

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
