// `slipway-oci run`: create, start, and stay until the end; and what an ordinary user can have of it all.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Pty } from '../pty.ts';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';
import { done, isAlive, makeBundle, newId, oci, root, SLIPWAY_OCI, start, stateOf } from './oci.ts';

const withArgs = (...args: string[]) =>
  makeBundle(({ process }) => {
    process.args = args;
  });

describe('in the foreground', () => {
  test('input goes in, output comes out, and the program’s end is ours', async () => {
    const id = newId();
    const bundle = await withArgs('sh', '-c', 'cat; echo warned >&2; exit 7');
    expect(oci(['run', '-b', bundle, id], { input: 'one\ntwo\n' })).toEqual({
      code: 7,
      stdout: 'one\ntwo\n',
      stderr: 'warned\n',
    });
    expect(readdirSync(root)).not.toContain(id);
  });

  test('a root may be behind a link', async () => {
    const bundle = await withArgs('ls', '/');
    renameSync(join(bundle, 'rootfs'), join(bundle, 'other'));
    symlinkSync('other', join(bundle, 'rootfs'));
    expect(done(['run', '-b', bundle, newId()])).toContain('bin\n');
  });

  test('128 + the number of the signal that ended it', async () => {
    expect(oci(['run', '-b', await withArgs('sh', '-c', 'kill -9 $$; sleep 1; exit 0'), newId()]).code).toBe(0);
    const own = await makeBundle((spec) => {
      spec.process.args = ['sh', '-c', 'kill -9 $$'];
      spec.linux.namespaces = spec.linux.namespaces?.filter(({ type }) => type !== 'pid') ?? [];
    });
    expect(oci(['run', '-b', own, newId()]).code).toBe(137);
  });

  test('state knows it meanwhile, a pid file too, and signals are for the program', async () => {
    const id = newId();
    const bundle = await withArgs(
      'sh',
      '-c',
      'trap "echo heard; exit 4" TERM; echo ready; while :; do sleep 0.1; done',
    );
    const file = join(scratch('pid'), 'pid');
    await using running = start(['run', '-b', bundle, '--pid-file', file, id]);
    await running.says('ready');
    expect(stateOf(id)).toMatchObject({ status: 'running', pid: Number(readFileSync(file, 'utf8')) });
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 4, stdout: 'ready\nheard\n' });
  });

  test('a signal that the program does not hear is told with what ends it', async () => {
    const id = newId();
    await using running = start(['run', '-b', await withArgs('sleep', '1000'), id]);
    await until('it to run', () => readdirSync(root).includes(id) && stateOf(id).status === 'running');
    running.kill('SIGTERM');
    await running.says(`\`slipway-oci kill ${id} KILL\``);
    done(['kill', id, 'KILL']);
    expect((await running.ended).code).toBe(137);
  });

  test('--keep leaves what has stopped to delete', async () => {
    const id = newId();
    oci(['run', '--keep', '-b', await withArgs('true'), id]);
    expect(stateOf(id).status).toBe('stopped');
    done(['delete', id]);
  });

  test('a terminal', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.terminal = true;
      process.args = ['sh', '-c', 'tty; read line; echo got $line; exit 5'];
    });
    await using terminal = new Pty(['--root', root, 'run', '-b', bundle, newId()], undefined, { program: SLIPWAY_OCI });
    await terminal.shows('/dev/pts/0');
    await terminal.type('wind\n');
    await terminal.shows('got wind');
    expect(await terminal.ended).toBe(5);
  });

  test('a start that fails leaves nothing', async () => {
    const id = newId();
    expect(oci(['run', '-b', await withArgs('nothing-such'), id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('executable file not found'),
    });
    expect(readdirSync(root)).not.toContain(id);
  });
});

test('--detach: the program lives on, with the caller’s descriptors', async () => {
  const id = newId();
  const bundle = await withArgs('sh', '-c', 'echo out; echo err >&2; exec sleep 1000');
  const result = oci(['run', '--detach', '-b', bundle, id]);
  expect(result.code).toBe(0);
  const { pid, status } = stateOf(id);
  expect({ status, isAlive: isAlive(pid) }).toEqual({ status: 'running', isAlive: true });
  done(['delete', '-f', id]);
});

describe('an ordinary user', () => {
  test('runs, asks, executes, kills and deletes what `spec --rootless` describes', async () => {
    const user = ordinaryUser();
    const bundle = await makeBundle();
    spawnSync('rm', [join(bundle, 'config.json')]);
    spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, bundle]);
    chmodSync(bundle, 0o755);
    const own = { user, root: join(scratch('state', user), 'oci') };
    done(['spec', '--rootless', '-b', bundle], own);
    const spec = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
    spec.process.terminal = false;
    spec.process.args = ['sleep', '1000'];
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
    const id = newId();
    done(['create', '-b', bundle, id], own);
    expect(JSON.parse(done(['state', id], own)).status).toBe('created');
    done(['start', id], own);
    expect(done(['exec', id, 'sh', '-c', 'id -u; cat /proc/self/uid_map'], own).split(/\s+/)).toEqual([
      '0',
      '0',
      String(user.uid),
      '1',
      '',
    ]);
    done(['kill', id, 'KILL'], own);
    await until('it to stop', () => JSON.parse(done(['state', id], own)).status === 'stopped');
    done(['delete', id], own);
    expect(existsSync(join(own.root, id))).toBe(false);
  });

  test('may be the root of a user namespace, as whom podman calls', async () => {
    const user = ordinaryUser();
    const bundle = await makeBundle();
    spawnSync('rm', [join(bundle, 'config.json')]);
    spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, bundle]);
    chmodSync(bundle, 0o755);
    const runtimeFolder = scratch('runtime', user);
    const script = `mount -t tmpfs -o ro none /run && cd ${bundle} && ${SLIPWAY_OCI} spec --rootless && sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"readlink", "\\/proc\\/self\\/ns\\/user"/' config.json && exec ${SLIPWAY_OCI} run ${newId()}`;
    const { status, stdout, stderr } = spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', script], {
      uid: user.uid,
      gid: user.gid,
      env: { PATH: process.env.PATH, HOME: user.home, XDG_RUNTIME_DIR: runtimeFolder },
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expect.stringMatching(/^user:/), stderr: '' });
    expect(readdirSync(runtimeFolder)).toEqual(['slipway-oci']);
  });
});
