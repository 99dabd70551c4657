// Runs the bundle of all sources, with the code that was compiled ahead (scripts/bundle.ts): that starts three times as
// fast as the sources. When one of them has changed it is made anew, and where that fails the sources are run as they are.

const { readFileSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { constants, Script } = require('node:vm');

const root = join(__dirname, '..');
const path = join(root, '.cache', 'slipway.bundle');

const bundle = readFresh() ?? (remake() ? readFresh() : undefined);
if (bundle) run(bundle);
else import('../src/cli/main.ts');

/** The bundle, unless it is missing or torn, or a source is younger or gone. Its first line says what else is in it. */
function readFresh() {
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

function remake() {
  const { spawnSync } = require('node:child_process');
  const words = [...process.execArgv, join(root, 'scripts', 'bundle.ts')];
  return spawnSync(process.execPath, words, { stdio: 'ignore' }).status === 0;
}

/** V8 refuses the code when it comes from another version or other flags. The program then runs all the same, but slower. */
function run({ program, code }) {
  const filename = join(root, '.cache', 'slipway.cjs');
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(program, { filename, cachedData: code, importModuleDynamically });
  script.runInThisContext()(createRequire(filename), `file://${filename}`);
}
