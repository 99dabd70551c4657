// The life of a container in two steps: created, running, stopped, gone; and what may be done when.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';
import { done, isAlive, makeBundle, newId, oci, root, stateOf } from './oci.ts';

const sleeps = (spec: { process: { args: string[] } }) => {
  spec.process.args = ['sleep', '1000'];
};

test('a container is created, started, killed and deleted', async () => {
  const bundle = await makeBundle(({ process }) => {
    process.args = ['sh', '-c', 'echo begun > /begun; exec sleep 1000'];
  });
  const begun = join(bundle, 'rootfs/begun');
  const id = newId();
  done(['create', '-b', bundle, id]);
  const created = stateOf(id);
  expect(created).toMatchObject({ id, status: 'created', bundle, rootfs: join(bundle, 'rootfs') });
  expect(readlinkSync(`/proc/${created.pid}/root`)).toBe('/');
  expect(readlinkSync(`/proc/${created.pid}/ns/pid`)).not.toBe(readlinkSync('/proc/self/ns/pid'));
  expect(existsSync(begun)).toBe(false);

  done(['start', id]);
  expect(stateOf(id)).toEqual({ ...created, status: 'running' });
  await until('the program to begin', () => existsSync(begun));

  done(['kill', id, 'KILL']);
  await until('the container to stop', () => stateOf(id).status === 'stopped');
  expect(stateOf(id).pid).toBe(0);
  done(['delete', id]);
  expect(readdirSync(root)).not.toContain(id);
  expect(oci(['state', id])).toMatchObject({
    code: 1,
    stderr: `slipway-oci: container "${id}" does not exist in ${root}\n`,
  });
});

describe('what may not be done', () => {
  test('an id that is taken cannot be created', async () => {
    const bundle = await makeBundle(sleeps);
    const id = newId();
    done(['create', '-b', bundle, id]);
    const { pid } = stateOf(id);
    expect(oci(['create', '-b', bundle, id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already exists'),
    });
    expect(stateOf(id)).toMatchObject({ pid, status: 'created' });
    done(['delete', id]);
  });

  test('a container that runs can be neither started nor deleted, but by force', async () => {
    const bundle = await makeBundle(sleeps);
    const id = newId();
    done(['create', '-b', bundle, id]);
    done(['start', id]);
    const { pid } = stateOf(id);
    expect(oci(['start', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('running already') });
    expect(oci(['delete', id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('that is not stopped: running'),
    });
    expect(stateOf(id)).toMatchObject({ pid, status: 'running' });
    done(['delete', '-f', id]);
    expect(isAlive(pid)).toBe(false);
    done(['delete', '-f', id]);
  });

  test('a container that has stopped can be neither started nor killed', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = ['true'];
    });
    const id = newId();
    done(['create', '-b', bundle, id]);
    done(['start', id]);
    await until('the container to stop', () => stateOf(id).status === 'stopped');
    expect(oci(['start', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('it has stopped') });
    expect(oci(['kill', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('container not running') });
    done(['delete', id]);
  });

  test.each(['../x', '.', '..', 'a/b', '', 'a b'])('an id such as "%s" is refused', (id) => {
    expect(oci(['create', id])).toMatchObject({ code: 1 });
    expect(oci(['delete', '-f', id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('invalid container id'),
    });
  });
});

describe('a start that fails', () => {
  const cgroups = () =>
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(' cgroup'));
  const left = (id: string) =>
    cgroups().filter((line) => existsSync(join(line.split(' ')[4] as string, 'slipway', id)));

  test('at create, for a program that is not there, leaves nothing', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = ['nothing-such'];
    });
    const id = newId();
    expect(oci(['create', '-b', bundle, id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('executable file not found'),
    });
    expect(readdirSync(root)).not.toContain(id);
    expect(left(id)).toEqual([]);
  });

  test.each(['create', 'run'])('at %s, of a config.json that is nested too deeply, leaves nothing', async (verb) => {
    const bundle = await makeBundle();
    const file = join(bundle, 'config.json');
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/}$/, `, "unknown": ${deep}}`));
    const id = newId();
    const { code, stderr } = oci([verb, '-b', bundle, id]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^slipway-oci: .*too deeply.*\n$/),
    });
    expect(readdirSync(root)).not.toContain(id);
    expect(left(id)).toEqual([]);
  });

  test('at create, on a full disk, leaves nothing', async () => {
    const full = scratch('full');
    const bundle = await makeBundle();
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'full', full]).status).toBe(0);
    try {
      spawnSync('dd', ['if=/dev/zero', `of=${join(full, 'much')}`, 'bs=4k']);
      const { code, stderr } = oci(['create', '-b', bundle, newId()], { root: full });
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/state\.json.*ENOSPC/) });
      expect(readdirSync(full)).toEqual(['much']);
    } finally {
      spawnSync('umount', [full]);
    }
  });

  test('at create, for want of memory, says so', async () => {
    const bundle = await makeBundle((spec) => {
      spec.linux.resources = { memory: { limit: 1 << 20 } };
    });
    expect(oci(['create', '-b', bundle, newId()])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('linux.resources.memory.limit'),
    });
  });

  test('at start, for a script without an interpreter, is told by start', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = ['/script'];
    });
    writeFileSync(join(bundle, 'rootfs/script'), '#!/nothing/such\n', { mode: 0o755 });
    const id = newId();
    done(['create', '-b', bundle, id]);
    expect(oci(['start', id])).toMatchObject({ code: 1, stderr: expect.stringMatching(/execve \/script: .*ENOENT/) });
    expect(stateOf(id).status).toBe('stopped');
    done(['delete', id]);
    expect(left(id)).toEqual([]);
  });
});
