// A cgroup that a config.json names may be somebody else's. What runs in there is left alone, whatever becomes of the
// container.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isMissing } from '../../linux/missing.ts';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';
import { done, isAlive, makeBundle, newId, oci, root, stateOf } from './oci.ts';

/** The bundle of a container that sleeps in this cgroup. */
function bundleIn(cgroupsPath: string): Promise<string> {
  return makeBundle((spec) => {
    spec.process.args = ['sleep', '1000'];
    spec.linux.cgroupsPath = cgroupsPath;
  });
}

test.each(['create', 'run'])('%s in the cgroup of another container is refused, and that goes on', async (verb) => {
  const [first, second] = [newId(), newId()];
  const bundle = await bundleIn(`/slipway/${first}`);
  done(['run', '-d', '-b', bundle, first]);
  const { pid } = stateOf(first);
  expect(oci([verb, '-b', bundle, second])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has processes in it already'),
  });
  expect(isAlive(pid)).toBe(true);
  expect(stateOf(first).status).toBe('running');
  expect(readdirSync(root)).not.toContain(second);
  done(['delete', '-f', first]);
});

test('delete of a container that has stopped harms none that began in its cgroup meanwhile', async () => {
  const [first, second] = [newId(), newId()];
  const bundle = await bundleIn(`/slipway/${first}`);
  done(['run', '-d', '-b', bundle, first]);
  done(['kill', first, 'KILL']);
  await until('it to stop', () => stateOf(first).status === 'stopped');
  done(['run', '-d', '-b', bundle, second]);
  expect(oci(['delete', first])).toMatchObject({ code: 0, stderr: expect.stringContaining('stays') });
  expect(readdirSync(root)).not.toContain(first);
  expect(stateOf(second).status).toBe('running');
  done(['delete', '-f', second]);
});

describe('an ordinary user', () => {
  const pids = '/sys/fs/cgroup/pids';
  const folder = join(pids, `oci-test-${process.pid}`);
  const noV1 = isMissing('cgroup v1', existsSync(pids));
  afterAll(() => {
    if (existsSync(folder)) rmdirSync(folder);
  });

  test.skipIf(noV1)('has no part in the cgroup of root’s that the config.json names', async () => {
    mkdirSync(folder);
    const user = ordinaryUser();
    const bundle = await bundleIn(`/oci-test-${process.pid}`);
    const file = join(bundle, 'config.json');
    const { process: program, root: rootfs, linux } = JSON.parse(readFileSync(file, 'utf8'));
    spawnSync('rm', [file]);
    spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, bundle]);
    chmodSync(bundle, 0o755);
    const own = { user, root: join(scratch('state', user), 'oci') };
    done(['spec', '--rootless', '-b', bundle], own);
    const spec = JSON.parse(readFileSync(file, 'utf8'));
    spec.linux.cgroupsPath = linux.cgroupsPath;
    writeFileSync(file, JSON.stringify({ ...spec, process: program, root: rootfs }));
    const id = newId();
    const { code, stderr } = oci(['create', '-b', bundle, id], own);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('is left out') });
    done(['start', id], own);
    const { pid } = JSON.parse(done(['state', id], own));
    done(['exec', '-d', id, 'sleep', '1001'], own);
    expect(JSON.parse(done(['ps', '-f', 'json', id], own))).toContain(pid);
    expect(JSON.parse(done(['ps', '-f', 'json', id], own))).toHaveLength(2);
    done(['kill', '--all', id, 'KILL'], own);
    await until('all to end', () => JSON.parse(done(['ps', '-f', 'json', id], own)) === null);
    done(['delete', id], own);
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(own.root)).toEqual([]);
  });
});
