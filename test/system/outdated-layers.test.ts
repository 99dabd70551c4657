// What `clean` does with a layer of box whose programs have changed since: it goes, unless a container is made of it.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { homeOf, type Options, slipway, start } from './slipway.ts';
import { until } from './until.ts';
import { ordinaryUser } from './users.ts';

const layersOf = ({ user }: Options) => join(homeOf(user).SLIPWAY_ROOT, 'layers');
const names = (options: Options) => readdirSync(layersOf(options)).filter((name) => name.startsWith('box-'));

/** From now on box is another layer, as after an update of the machine's programs. @returns the names of both. */
async function update(options: Options): Promise<{ old: string; present: string }> {
  await slipway(['run', '--rm', 'box', 'true'], options);
  const file = join(layersOf(options), 'box.json');
  const made = JSON.parse(readFileSync(file, 'utf8'));
  const old = `box-${made.key}`;
  const key = `${made.key[0] === '0' ? 1 : 0}${made.key.slice(1)}`;
  cpSync(join(layersOf(options), old), join(layersOf(options), `box-${key}`), {
    recursive: true,
    verbatimSymlinks: true,
  });
  writeFileSync(file, JSON.stringify({ ...made, key, seen: {} }));
  return { old, present: `box-${key}` };
}

async function clean(options: Options): Promise<string[]> {
  const { code, stdout, stderr } = await slipway(['clean'], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').filter((line) => !/^$|^took away the seal|^nothing to clean$/.test(line));
}

test.each<[string, () => Options]>([
  ['root', () => ({})],
  ['an ordinary user', () => ({ user: ordinaryUser() })],
])('as %s: it goes with the last container that is made of it', async (_, getOptions) => {
  const options = getOptions();
  const line = 'echo ready; read x; ls /bin/sh; sh -c "echo whole"';
  await using running = start(['run', '-i', '--name', 'running', 'box', 'sh', '-c', line], options);
  await running.says('ready');
  await slipway(['run', '--name', 'stopped', 'box', 'true'], options);
  const { old, present } = await update(options);
  await slipway(['run', '--rm', 'box', 'true'], options);
  expect(await clean(options)).toEqual([]);
  running.child.stdin.end('\n');
  expect((await running.ended).stdout).toBe('ready\n/bin/sh\nwhole\n');
  for (const name of ['running', 'stopped']) {
    expect(await clean(options)).toEqual([]);
    expect(names(options).sort()).toEqual([old, present].sort());
    await slipway(['rm', name], options);
  }
  expect(await clean(options)).toEqual([`removed the layer ${old}, whose programs have changed since`]);
  expect(names(options)).toEqual([present]);
  expect((await slipway(['run', '--rm', 'box', 'echo', 'hello'], options)).stdout).toBe('hello\n');
});

test('it stays as long as a container is being made that may be about to take it', async () => {
  const { old } = await update({});
  const id = '5'.repeat(64);
  const folder = join(homeOf().SLIPWAY_ROOT, 'containers', id);
  mkdirSync(folder);
  const maker = spawn('flock', [folder, 'sh', '-c', 'echo locked; read x'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await until('the lock', () => maker.stdout.read() !== null);
  expect(await clean({})).toEqual([]);
  expect(names({})).toContain(old);
  maker.stdin.end();
  await until('its end', () => maker.exitCode !== null);
  expect(await clean({})).toEqual([
    'removed container 555555555555: it was never complete',
    `removed the layer ${old}, whose programs have changed since`,
  ]);
});
