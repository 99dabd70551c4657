// Joins the sources of a program, or of the checks' part of zod, into one file, and compiles it ahead, for
// scripts/program.cjs: with that `slipway run` starts three times as fast. Nothing but speed depends on it.
//
//     bundle.ts slipway src/cli/main.ts
//     bundle.ts zod src/runtime/spec-check/zod.ts
//
//     .cache/slipway.bundle    a line of JSON (the names of the sources, the length of the program), the program, its code
//
// It is one file, so that two who make it at once, and one who reads it meanwhile, never mix old and new.

import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');
const cache = join(root, '.cache');
const begunAt = new Date();
const [name = 'slipway', entry = 'src/cli/main.ts'] = process.argv.slice(2);
const isZod = name === 'zod';

const { program, sources } = joinSources();
const head = Buffer.from(`${JSON.stringify({ sources, length: program.length })}\n`);
write(Buffer.concat([head, program, compileAhead(program.toString('latin1'))]));

/** As CommonJS, since Node starts that 8 ms faster than a module. What a module has by itself, it gets as arguments. */
function joinSources(): { program: Buffer; sources: string[] } {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    external: packagesOutside(),
    minifyWhitespace: true,
    logLevel: 'error',
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: '(function(require,importMetaUrl,module){' },
    footer: { js: '})' },
  });
  const others = ['slipway', 'scripts/bundle.ts', 'package-lock.json']; // slipway has the flags that V8 compiles with
  const own = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  return { program: Buffer.from(outputFiles[0]?.contents ?? []), sources: [...own, ...others] };
}

/**
 * Packages are loaded when they are needed. But CommonJS would take a module as a whole for its default export, so the one
 * that has only that goes into the bundle.
 */
function packagesOutside(): string[] {
  if (isZod) return [];
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.keys(dependencies).filter((name) => name !== 'string-width');
}

/**
 * V8 compiles a function when it is first called, and a container's init, which ends by execve, could never keep what it
 * compiled. So everything is compiled here, once.
 */
function compileAhead(program: string): Buffer {
  if (isZod) return compileWhatIsCalled(program);
  setFlagsFromString('--no-lazy');
  const script = new Script(program);
  setFlagsFromString('--lazy'); // V8 takes code back only under the flags it was made with
  return script.createCachedData();
}

/** Of zod most functions are never called, and code that is not there need not be read: these are, at each check. */
function compileWhatIsCalled(program: string): Buffer {
  const script = new Script(program);
  const module = { exports: {} as typeof import('../src/runtime/spec-check/zod.ts') };
  script.runInThisContext()(undefined, import.meta.url, module);
  const { z } = module.exports;
  const text = z.string().refine((value) => value !== '', 'is empty');
  const parts = {
    text: text.optional(),
    count: z.number().int().min(0).max(9),
    list: z.array(z.enum(['a', 'b'])).min(1),
  };
  const schema = z.object({ ...parts, map: z.record(z.string(), text), is: z.boolean().optional() });
  schema.safeParse({ text: 'x', count: 1, list: ['a'], map: { a: 'b' }, is: true });
  schema.safeParse({});
  return script.createCachedData();
}

/** The bundle's time is that of the beginning: a source that was edited meanwhile is younger. */
function write(bytes: Buffer): void {
  mkdirSync(cache, { recursive: true });
  const temporary = join(cache, `${name}.${process.pid}`);
  try {
    writeFileSync(temporary, bytes, { flush: true }); // else a power cut may leave an empty file under the last name
    utimesSync(temporary, begunAt, begunAt);
    renameSync(temporary, join(cache, `${name}.bundle`));
  } finally {
    rmSync(temporary, { force: true });
  }
}
