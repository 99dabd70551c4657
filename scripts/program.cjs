// Runs the bundle of a program's sources, with the code that was compiled ahead (scripts/bundle.ts): that starts three times
// as fast as the sources. When one of them has changed it is made anew, and where that fails the sources are run as they are.
//
//     require('./program.cjs').start('slipway', 'src/cli/main.ts');    .cache/slipway.bundle
//
// So is the one large package that a start may need: zod, .cache/zod.bundle.

const { readFileSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { constants, Script } = require('node:vm');

const root = join(__dirname, '..');

/** Runs the program whose entry is `main`, a path from the repository. */
exports.start = (name, main) => {
  const bundle = freshOf(name, main);
  if (bundle) run(name, bundle);
  else import(join(root, main));
};

function freshOf(name, entry) {
  return readFresh(name) ?? (remake(name, entry) ? readFresh(name) : undefined);
}

/** The bundle, unless it is missing or torn, or a source is younger or gone. Its first line says what else is in it. */
function readFresh(name) {
  const path = join(root, '.cache', `${name}.bundle`);
  try {
    const { mtimeMs } = statSync(path);
    const bytes = readFileSync(path);
    const start = bytes.indexOf('\n') + 1;
    const { sources, length } = JSON.parse(bytes.latin1Slice(0, start));
    if (!sources.every((source) => statSync(join(root, source)).mtimeMs < mtimeMs)) return undefined;
    return { program: bytes.latin1Slice(start, start + length), code: bytes.subarray(start + length) };
  } catch {
    return undefined;
  }
}

function remake(name, entry) {
  const { spawnSync } = require('node:child_process');
  const words = [...process.execArgv, join(root, 'scripts', 'bundle.ts'), name, entry];
  return spawnSync(process.execPath, words, { stdio: 'ignore' }).status === 0;
}

/** V8 refuses the code when it comes from another version or other flags. The program then runs all the same, but slower. */
function run(name, { program, code }) {
  const filename = join(root, '.cache', `${name}.cjs`);
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(program, { filename, cachedData: code, importModuleDynamically });
  const module = { exports: {} };
  script.runInThisContext()(requireFor(filename), `file://${filename}`, module);
  return module.exports;
}

/** Packages lie where they are installed, but zod has 95 files, and as one it loads in a tenth of the time. */
function requireFor(filename) {
  const require = createRequire(filename);
  return (name) => {
    const bundle = name === 'zod' ? freshOf('zod', 'zod') : undefined;
    return bundle ? run('zod', bundle) : require(name);
  };
}
