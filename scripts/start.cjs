// Runs the bundle that scripts/bundle.ts made, with the code that was compiled ahead. V8 refuses that code when it comes
// from another version or other flags; the bundle then runs all the same, only slower.

const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { constants, Script } = require('node:vm');

const filename = join(__dirname, '..', '.cache', 'slipway.cjs');
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  cachedData: readFileSync(join(__dirname, '..', '.cache', 'slipway.code')),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
script.runInThisContext()(createRequire(filename), `file://${filename}`);
