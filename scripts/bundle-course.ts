// Joins the terminal interface (src/tui) and all packages that it needs into one program: `bundle-course.ts OUTPUT`.
//
//     .cache/course.mjs    a comment that names the sources, then the program
//
// In Slipway's own .cache it finds Slipway by where it lies itself, so that both can be moved and packed. Anywhere else, in
// the cache of a user, it has Slipway's path.
//
// Node cannot run .tsx by itself, and one file instead of five hundred opens in a third of the time. src/cli/course.ts
// makes it anew when a source is younger.

import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');
const [output = join(root, '.cache/course.mjs')] = process.argv.slice(2);
const begunAt = new Date();
const isOwn = dirname(output) === join(root, '.cache');
const homeUrl = isOwn
  ? "new URL('../src/tui/main.tsx',import.meta.url).href"
  : JSON.stringify(pathToFileURL(join(root, 'src/tui/main.tsx')).href);

const { outputFiles, metafile } = buildSync({
  absWorkingDir: root,
  entryPoints: ['src/tui/main.tsx'],
  write: false,
  metafile: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
  minifyWhitespace: true,
  logLevel: 'error',
  // Wherever the program lies, it finds lessons and koffi beside src.
  define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'homeUrl' },
  alias: { 'react-devtools-core': './src/tui/no-devtools.ts' },
  banner: {
    js: `import{createRequire as requireFrom}from'node:module';const homeUrl=${homeUrl};const require=requireFrom(homeUrl);`,
  },
});

const sources = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
const all = [...sources, 'scripts/bundle-course.ts', 'package-lock.json'];
write(`// ${JSON.stringify({ home: isOwn ? '..' : root, sources: all })}\n${outputFiles[0]?.text}`);

/** The program's time is that of the beginning: a source that was edited meanwhile is younger. */
function write(program: string): void {
  mkdirSync(dirname(output), { recursive: true });
  const temporary = `${output}.${process.pid}`;
  try {
    writeFileSync(temporary, program, { flush: true }); // else a power cut may leave an empty file under the last name
    utimesSync(temporary, begunAt, begunAt);
    renameSync(temporary, output);
  } finally {
    rmSync(temporary, { force: true });
  }
}
