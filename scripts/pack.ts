// `npm run pack [-- FOLDER]`: one archive with everything in it, slipway-<version>-<arch>.tar.gz, for machines that have no
// network and no npm. What is unpacked runs from where it lies, which may be read-only: a USB stick, say.
//
//     slipway-0.1.0-x64/
//       slipway  slipway-oci  src  lessons  scripts  docs …    as in the repository, without its tests
//       node_modules                              what runs, the pinned Node among it, and what an editor wants to know
//       .cache                                    all programs, joined ahead: without them each start would try to
//
// Nothing in it is a symlink, and no name differs from another by its case alone, so that it can lie on FAT as well.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { $, ProcessOutput } from 'zx';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const name = `slipway-${version}-${process.arch}`;
const archive = join(resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? '.'), `${name}.tar.gz`);
const lists = join(root, '.cache', `pack.${process.pid}`);

$.cwd = root;
$.quiet = true;

/** What git knows, but for what only a developer needs. */
async function sources(): Promise<string[]> {
  const { stdout } = await $`git ls-files -z`;
  return stdout.split('\0').filter((path) => path !== '' && !/^(test|bench|\.ci)\//.test(path));
}

/** An editor knows Node's functions by these. */
const TYPES = ['node_modules/@types/node', 'node_modules/undici-types'];
const SPARE = ['node_modules/.bin', 'node_modules/node-linux-*/include', 'node_modules/node-linux-*/share'];

/** The packages that the lock names as needed when Slipway runs. Of those for other machines, none is there. */
async function packages(): Promise<string[]> {
  const lock = await readFile(join(root, 'node_modules/.package-lock.json'), 'utf8');
  const all = JSON.parse(lock) as { packages: Record<string, { dev?: boolean }> };
  const needed = Object.entries(all.packages).flatMap(([path, { dev }]) => (dev ? [] : [path]));
  const whole = needed.filter((path) => path.lastIndexOf('node_modules/') === 0); // others lie inside of these
  return ['node_modules/.package-lock.json', ...new Set([...whole, ...TYPES])];
}

/** The time of the last commit, for all. */
async function time(): Promise<number> {
  return Number((await $`git log -1 --format=%ct`).stdout);
}

/** V8 takes code back only under the flags that it was compiled with: those by which `slipway` starts it. */
async function flagsOfScript(): Promise<string[]> {
  const script = await readFile(join(root, 'slipway'), 'utf8');
  const lines = [...script.matchAll(/^flags=['"](?:\$flags )?(.*)['"]$/gm)];
  return lines.flatMap(([, words = '']) => words.split(' '));
}

/** Makes the programs anew, from the sources as they are. */
async function joinPrograms(): Promise<string[]> {
  const node = [process.execPath, ...(await flagsOfScript())];
  await $`${node} scripts/bundle.ts slipway src/cli/main.ts`;
  await $`${node} scripts/bundle.ts slipway-oci src/oci-cli/main.ts`;
  await $`${node} scripts/bundle.ts zod src/runtime/spec-check/zod.ts`;
  await $`${node} scripts/bundle-course.ts`;
  return ['.cache/slipway.bundle', '.cache/slipway-oci.bundle', '.cache/zod.bundle', '.cache/course.mjs'];
}

/** A program counts as made of its sources when they are older; FAT knows time in steps of two seconds. */
async function add(tar: string, paths: readonly string[], seconds: number): Promise<void> {
  const list = join(lists, 'list');
  await writeFile(list, paths.map((path) => `${path}\0`).join(''));
  const look = [
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u+rw,go+rX,go-w',
    '--sort=name',
    '--hard-dereference',
  ];
  const spare = SPARE.map((path) => `--exclude=${path}`);
  await $`tar --append --file ${tar} --mtime @${seconds} ${look} ${spare} --transform s,^,${name}/, --null --files-from ${list}`;
}

async function pack(): Promise<void> {
  const tar = join(lists, 'archive.tar');
  const then = await time();
  const programs = await joinPrograms();
  await add(tar, [...(await sources()), ...(await packages())], then);
  await add(tar, programs, then + 60);
  await mkdir(dirname(archive), { recursive: true });
  await $`gzip --no-name --stdout ${tar} > ${archive}`;
}

await mkdir(lists, { recursive: true });
try {
  await pack();
  console.log(archive);
} catch (error) {
  const said = error instanceof ProcessOutput ? error.stderr.trim() : (error as Error).message;
  console.error(`pack: ${said}`);
  process.exitCode = 1;
} finally {
  await rm(lists, { recursive: true, force: true });
}
