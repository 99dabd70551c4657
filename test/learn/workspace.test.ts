import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOME } from '../../src/learn/home.ts';
import {
  exerciseFile,
  findWorkspace,
  initWorkspace,
  resetExercise,
  shippedFile,
  solutionFile,
} from '../../src/learn/workspace.ts';
import { mistake } from '../mistake.ts';
import { useFolder } from './folder.ts';

const folder = useFolder();
const mine = () => join(folder(), 'mine');
const read = (file: string) => readFileSync(file, 'utf8');

describe('a workspace', () => {
  test('has every exercise, as it is shipped', () => {
    const lessons = initWorkspace(mine());
    expect(lessons).toContain('02-chroot');
    for (const lesson of lessons) expect(read(exerciseFile(mine(), lesson))).toBe(read(shippedFile(lesson)));
  });

  test('lets an editor and Node find the functions of Slipway', () => {
    initWorkspace(mine());
    expect(readlinkSync(join(mine(), 'node_modules/slipway'))).toBe(HOME);
    for (const lesson of initWorkspace(join(folder(), 'solved'))) {
      writeFileSync(exerciseFile(join(folder(), 'solved'), lesson), read(solutionFile(lesson)));
    }
    const tsc = join(HOME, 'node_modules/typescript/bin/tsc');
    for (const each of [mine(), join(folder(), 'solved')]) {
      expect(execFileSync(process.execPath, [tsc, '-p', each], { encoding: 'utf8' })).toBe('');
    }
  });

  test('is found from anywhere in it', () => {
    initWorkspace(mine());
    expect(findWorkspace(mine())).toBe(mine());
    expect(findWorkspace(join(mine(), '02-chroot'))).toBe(mine());
    expect(findWorkspace(folder())).toBeUndefined();
    mkdirSync(join(mine(), '02-chroot/package.json'));
    expect(findWorkspace(join(mine(), '02-chroot'))).toBe(mine());
  });

  test('is never laid over anything else', () => {
    mkdirSync(mine());
    writeFileSync(join(mine(), 'tsconfig.json'), '{}');
    expect(mistake(() => initWorkspace(mine()))).toContain('has a tsconfig.json already');
    expect(existsSync(join(mine(), 'package.json'))).toBe(false);
    rmSync(join(mine(), 'tsconfig.json'));
    symlinkSync('/nowhere', join(mine(), '02-chroot'));
    expect(mistake(() => initWorkspace(mine()))).toContain('has a 02-chroot already');
  });

  test('that is there gets what it lacks, and keeps what it has', () => {
    initWorkspace(mine());
    writeFileSync(exerciseFile(mine(), '02-chroot'), '// mine');
    rmSync(join(mine(), 'node_modules/slipway'));
    symlinkSync('/where/slipway/was', join(mine(), 'node_modules/slipway'));
    expect(initWorkspace(mine())).toEqual([]);
    expect(read(exerciseFile(mine(), '02-chroot'))).toBe('// mine');
    expect(realpathSync(join(mine(), 'node_modules/slipway'))).toBe(realpathSync(HOME));
    rmSync(exerciseFile(mine(), '02-chroot'));
    expect(initWorkspace(mine())).toEqual(['02-chroot']);
  });

  test('gives an exercise back as it was', () => {
    initWorkspace(mine());
    writeFileSync(exerciseFile(mine(), '02-chroot'), '// mine');
    resetExercise(mine(), '02-chroot');
    expect(read(exerciseFile(mine(), '02-chroot'))).toBe(read(shippedFile('02-chroot')));
  });
});

describe('SLIPWAY_WORKSPACE', () => {
  const before = process.env.SLIPWAY_WORKSPACE;
  beforeEach(() => {
    process.env.SLIPWAY_WORKSPACE = mine();
  });
  afterEach(() => {
    if (before === undefined) delete process.env.SLIPWAY_WORKSPACE;
    else process.env.SLIPWAY_WORKSPACE = before;
  });

  test('is taken outside of any workspace', () => {
    expect(findWorkspace(folder())).toBeUndefined();
    initWorkspace(mine());
    expect(findWorkspace(folder())).toBe(mine());
  });
});
