// Runs the bundle of a program's sources, with the code that was compiled ahead (scripts/bundle.ts): that starts three times
// as fast as the sources. When one of them has changed it is made anew, and where that fails the sources are run as they are.
//
//     require('./program.cjs').start('slipway', 'src/cli/main.ts');    .cache/slipway.bundle
//
// So is the one large package that a start may need: zod, .cache/zod.bundle.
//
// Node's modules that it does not bring along in its snapshot are compiled anew in each process, since V8 refuses their code
// under our flags. So this file, and all that a start needs, does with few of them.

const { readFileSync, statSync } = require('node:fs');
const { dirname } = require('node:path');
const { constants, Script } = require('node:vm');

const root = dirname(__dirname);

/** Runs the program whose entry is `main`, a path from the repository. */
exports.start = (name, main) => {
  const bundle = freshOf(name, main);
  if (bundle) run(name, bundle);
  else import(`${root}/${main}`);
};

function freshOf(name, entry) {
  return readFresh(name) ?? (remake(name, entry) ? readFresh(name) : undefined);
}

/** The bundle, unless it is missing or torn, or a source is younger or gone. Its first line says what else is in it. */
function readFresh(name) {
  const path = `${root}/.cache/${name}.bundle`;
  try {
    const { mtimeMs } = statSync(path);
    const bytes = readFileSync(path);
    const start = bytes.indexOf('\n') + 1;
    const { sources, length } = JSON.parse(bytes.latin1Slice(0, start));
    if (!sources.every((source) => statSync(`${root}/${source}`).mtimeMs < mtimeMs)) return undefined;
    return { program: bytes.latin1Slice(start, start + length), code: bytes.subarray(start + length) };
  } catch {
    return undefined;
  }
}

function remake(name, entry) {
  const { spawnSync } = require('node:child_process');
  const words = [...process.execArgv, `${root}/scripts/bundle.ts`, name, entry];
  return spawnSync(process.execPath, words, { stdio: 'ignore' }).status === 0;
}

/** V8 refuses the code when it comes from another version or other flags. The program then runs all the same, but slower. */
function run(name, { program, code }) {
  const filename = `${root}/.cache/${name}.cjs`;
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(program, { filename, cachedData: code, importModuleDynamically });
  const module = { exports: {} };
  script.runInThisContext()(requireFor, `file://${filename}`, module);
  return module.exports;
}

const ZOD = './spec-check/zod.ts';

/** What the program asks for: a module of Node's or of a package, as this file would, or one of its own that is joined apart. */
function requireFor(name) {
  if (name === 'node:module') return { createRequire: () => requireFor };
  if (name.endsWith('.node')) return require(`${root}/node_modules/${name}`); // to look for a package takes a millisecond
  if (name !== ZOD) return require(name);
  const bundle = freshOf('zod', 'src/runtime/spec-check/zod.ts');
  return bundle ? run('zod', bundle) : require(`${root}/src/runtime/${ZOD}`);
}
