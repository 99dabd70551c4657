// Imports point one way only (ARCHITECTURE.md): whoever reads a folder needs to know only those below it.
//
//     linux  ←  chroot namespaces cgroups unionfs volumes exec network security tar  ←  runtime
//            ←  images build engine  ←  learn  ←  cli tui api oci-cli
//
// A mechanism knows no other mechanism. src/oci.ts, the words of the OCI specification, is for everybody.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const LAYERS: readonly (readonly string[])[] = [
  ['linux'],
  ['chroot', 'namespaces', 'cgroups', 'unionfs', 'volumes', 'exec', 'network', 'security', 'tar'],
  ['runtime'],
  ['images', 'build', 'engine'],
  ['learn'],
  ['cli', 'tui', 'api', 'oci-cli'],
];
const MECHANISMS = 1;

/** `from -> to`: a mechanism that may import another, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'exec -> chroot': 'what stands for an absent stdin must be the null device itself (null.ts)',
  'exec -> namespaces':
    'which namespaces there are, and by which flag and file each is joined, is said once (flags.ts)',
};

const repository = resolve(import.meta.dirname, '..');

interface Import {
  /** Both as paths from the repository: `src/linux/door.ts`; or a package: `node:fs`. */
  from: string;
  to: string;
  /** Gone when the program runs, or made only when it is needed: it closes no circle. */
  isType: boolean;
}

function filesIn(folder: string): string[] {
  if (!existsSync(join(repository, folder))) return [];
  const names = readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name));
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`. */
const STATEMENT = /^(import|export)( type)?\b[^;']*?\bfrom '([^']+)'|^(import)( type)? '([^']+)'/gm;
/** `import('x')`, and the one of koffi: `createRequire(import.meta.url)('x')`. */
const EXPRESSION = /\b(?:import|require|createRequire\([\w.]*\))\('([^']+)'\)/g;

function importsOf(from: string): Import[] {
  const text = readFileSync(join(repository, from), 'utf8');
  const locate = (specifier: string) =>
    specifier.startsWith('.') ? relative(repository, resolve(repository, dirname(from), specifier)) : specifier;
  return [
    ...[...text.matchAll(STATEMENT)].map(([, , type, to, , bareType, bare]) => {
      return { from, to: locate(to ?? bare ?? ''), isType: (type ?? bareType) !== undefined };
    }),
    ...[...text.matchAll(EXPRESSION)].map(([, to = '']) => ({ from, to: locate(to), isType: true })),
  ];
}

function isOurs(path: string): boolean {
  return existsSync(join(repository, path));
}

/** `linux` for src/linux/door.ts, `oci.ts` for src/oci.ts. */
function partOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function layerOf(part: string): number {
  return LAYERS.findIndex((layer) => layer.includes(part));
}

/** Why this import may not be, or undefined. */
function objection({ from, to }: Import): string | undefined {
  if (!to.startsWith('src/')) return /^(lessons|test|scripts|bench)\//.test(to) ? 'src imports src alone' : undefined;
  const [mine, theirs] = [partOf(from), partOf(to)];
  if (mine === 'oci.ts') return 'oci.ts imports nothing';
  if (theirs === 'oci.ts' || mine === theirs) return undefined;
  const [my, their] = [layerOf(mine), layerOf(theirs)];
  if (my < 0 || their < 0) return `${my < 0 ? mine : theirs} is in no layer`;
  if (their > my) return `${theirs} is above ${mine}`;
  if (their === my && my === MECHANISMS && !EXCEPTIONS[`${mine} -> ${theirs}`]) return 'a mechanism knows no other';
  return undefined;
}

const sources = filesIn('src');
const imports = sources.flatMap(importsOf);

describe('imports', () => {
  test('are found', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(imports).toContainEqual({ from: 'src/linux/fork.ts', to: 'src/linux/door.ts', isType: false });
    expect(imports).toContainEqual({ from: 'src/linux/door.ts', to: 'koffi', isType: true });
  });

  test('point one way only', () => {
    const objections = imports.flatMap((entry) => {
      const reason = objection(entry);
      return reason ? [`${entry.from} imports ${entry.to}: ${reason}`] : [];
    });
    expect(objections).toEqual([]);
  });

  test('of koffi are in the door alone', () => {
    const users = imports.filter(({ to }) => /koffi|ffi/.test(to)).map(({ from }) => from);
    expect(users).toEqual(['src/linux/door.ts']);
  });

  test('of packages are of those that package.json names, and of Node by its own prefix', () => {
    const { dependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    const packages = new Set(imports.map(({ to }) => to).filter((to) => !to.startsWith('node:') && !isOurs(to)));
    expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
  });

  test('lead to files that are there', () => {
    const missing = imports.filter(({ to }) => to.startsWith('src/') && !isOurs(to));
    expect(missing).toEqual([]);
  });

  test('of lessons lead to src, never the other way', () => {
    const strange = filesIn('lessons')
      .flatMap(importsOf)
      .filter(({ to }) => /^(test|scripts|bench)\//.test(to));
    expect(strange).toEqual([]);
  });

  test('form no circle', () => {
    expect(circles()).toEqual([]);
  });
});

/** Files that import each other in the end. */
function circles(): string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, path: readonly string[]) => {
    if (state.get(file) === 'open') found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const { to } of imports.filter(({ from, isType }) => from === file && !isType)) visit(to, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of sources) visit(file, []);
  return found;
}
