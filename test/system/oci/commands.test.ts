// The other commands of `slipway-oci`: what they print, and what they change.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMissing } from '../../linux/missing.ts';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';
import { done, isAlive, makeBundle, newId, oci, root, start, stateOf } from './oci.ts';

const id = newId();
let bundle: string;

beforeAll(async () => {
  bundle = await makeBundle((spec) => {
    spec.process.args = ['sh', '-c', 'sleep 1000 & exec sleep 1001'];
    spec.linux.cgroupsPath = `/slipway/${id}`;
  });
  done(['run', '-d', '-b', bundle, id]);
});
afterAll(() => void oci(['delete', '-f', id]));

describe('list', () => {
  test('as a table, as JSON, and as ids alone', () => {
    const { pid, created } = stateOf(id);
    const [head, line = ''] = done(['list']).split('\n');
    expect(head?.split(/\s+/)).toEqual(['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER']);
    expect(line.split(/\s+/)).toEqual([id, String(pid), 'running', bundle, created, 'root']);
    expect(JSON.parse(done(['list', '-f', 'json']))).toEqual([
      {
        ociVersion: '1.2.0',
        id,
        pid,
        status: 'running',
        bundle,
        rootfs: join(bundle, 'rootfs'),
        created,
        owner: 'root',
      },
    ]);
    expect(done(['list', '-q'])).toBe(`${id}\n`);
  });

  test('of a root that is not there is empty', () => {
    expect(done(['list', '-q'], { root: '/nowhere' })).toBe('');
    expect(done(['list', '-f', 'json'], { root: '/nowhere' })).toBe('null\n');
  });
});

test('ps shows the processes of the container, and no others', async () => {
  const { pid } = stateOf(id);
  await until('both to run', () => JSON.parse(done(['ps', '--format', 'json', id])).length === 2);
  const [head = '', ...lines] = done(['ps', id]).trim().split('\n');
  expect(head).toMatch(/\bPID\b/);
  expect(lines.map((line) => line.replace(/.* (sleep \d+)$/, '$1')).sort()).toEqual(['sleep 1000', 'sleep 1001']);
  expect(done(['ps', id, '-o', 'pid,args']).trim().split('\n')[1]?.trim()).toBe(`${pid} sleep 1001`);
});

test('pause stops all of it, and resume lets it go on', () => {
  done(['pause', id]);
  expect(stateOf(id).status).toBe('paused');
  expect(oci(['pause', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('it is paused') });
  done(['resume', id]);
  expect(stateOf(id).status).toBe('running');
  expect(oci(['resume', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('it is running') });
});

describe('kill', () => {
  test.each(['USR1', 'SIGUSR1', 'usr1', '10'])('%s is SIGUSR1', async (name) => {
    const own = newId();
    const trapping = await makeBundle(({ process }) => {
      process.args = ['sh', '-c', 'trap "exit 3" USR1; echo > /ready; while :; do sleep 0.1; done'];
    });
    done(['run', '-d', '-b', trapping, own]);
    await until('the trap to be set', () => existsSync(join(trapping, 'rootfs/ready')));
    done(['kill', own, name]);
    await until('it to end', () => stateOf(own).status === 'stopped');
    done(['delete', own]);
  });

  test('an unknown signal is refused', () => {
    expect(oci(['kill', id, 'SIGFOO'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('unknown signal "SIGFOO"'),
    });
    expect(oci(['kill', id, '65'])).toMatchObject({ code: 1 });
  });

  test('--all reaches every process, also where they have no PID namespace of their own', async () => {
    const own = newId();
    const shared = await makeBundle((spec) => {
      spec.process.args = ['sh', '-c', 'sleep 1000 & echo $! > /child; exec sleep 1000'];
      spec.linux.namespaces = spec.linux.namespaces?.filter(({ type }) => type !== 'pid') ?? [];
    });
    done(['run', '-d', '-b', shared, own]);
    const child = await until('its child', () => {
      const file = join(shared, 'rootfs/child');
      return existsSync(file) && Number(readFileSync(file, 'utf8'));
    });
    expect(isAlive(child)).toBe(true);
    done(['kill', '-a', own, 'KILL']);
    await until('both to end', () => !isAlive(child) && stateOf(own).status === 'stopped');
    done(['delete', own]);
  });
});

describe('update', () => {
  const file = (controller: string, name: string) => {
    const v1 = `/sys/fs/cgroup/${controller}/slipway/${id}/${name}`;
    return existsSync(v1) ? readFileSync(v1, 'utf8').trim() : undefined;
  };
  const noV1 = isMissing('cgroup v1', existsSync('/sys/fs/cgroup/pids'));

  test.skipIf(noV1)('changes limits by flags', () => {
    done(['update', '--memory', '64m', '--memory-reservation', '32m', '--pids-limit', '33', '--cpu-share', '512', id]);
    done(['update', '--cpu-quota', '20000', '--cpu-period', '50000', '--cpuset-cpus', '0', id]);
    expect(file('memory', 'memory.limit_in_bytes')).toBe(String(64 << 20));
    expect(file('memory', 'memory.soft_limit_in_bytes')).toBe(String(32 << 20));
    expect(file('pids', 'pids.max')).toBe('33');
    expect(file('cpu', 'cpu.shares')).toBe('512');
    expect(file('cpu', 'cpu.cfs_quota_us')).toBe('20000');
    expect(file('cpu', 'cpu.cfs_period_us')).toBe('50000');
    expect(file('cpuset', 'cpuset.cpus')).toBe('0');
  });

  test.skipIf(noV1)('changes what newer kernels have, and leaves out what they have given up', () => {
    done(['update', '--cpu-quota', '20000', '--cpu-period', '50000', '--cpu-burst', '5000', id]);
    expect(file('cpu', 'cpu.cfs_burst_us')).toBe('5000');
    expect(oci(['update', '--kernel-memory', '64m', id])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('kernel memory'),
    });
  });

  test.skipIf(noV1)('changes limits by JSON on stdin', () => {
    done(['update', '-r', '-', id], { input: JSON.stringify({ pids: { limit: 44 }, memory: { limit: 80 << 20 } }) });
    expect(file('pids', 'pids.max')).toBe('44');
    expect(file('memory', 'memory.limit_in_bytes')).toBe(String(80 << 20));
  });

  test('names what is wrong with it', () => {
    const { code, stderr } = oci(['update', '-r', '-', id], { input: '{"pids": {"limit": "many"}}' });
    expect(code).toBe(1);
    expect(stderr).toContain('linux.resources.pids.limit');
  });
});

describe('events', () => {
  test('--stats prints what is used, once', () => {
    const event = JSON.parse(done(['events', '--stats', id]));
    expect(event).toMatchObject({ type: 'stats', id });
    expect(event.data.pids.current).toBe(2);
    expect(event.data.cpu.usage.total).toBeGreaterThan(0);
    expect(event.data.memory.usage.usage).toBeGreaterThan(0);
    expect(Object.keys(event.data.memory.raw)).toEqual(
      expect.arrayContaining(['inactive_file', 'pgfault', 'oom_kill']),
    );
    if (existsSync('/sys/fs/cgroup/cpuacct'))
      expect(event.data.cpu.usage.percpu.reduce((sum: number, each: number) => sum + each)).toBeGreaterThan(0);
  });

  test('comes every so often, tells of an end for want of memory, and ends with the container', async () => {
    const own = newId();
    const hungry = await makeBundle((spec) => {
      spec.process.args = [
        'sh',
        '-c',
        'while [ ! -e /go ]; do sleep 0.1; done; sh -c "a=x; while :; do a=\\$a\\$a; done"; sleep 1000',
      ];
      spec.linux.resources = { memory: { limit: 16 << 20, swap: 16 << 20 } };
    });
    done(['run', '-d', '-b', hungry, own]);
    await using events = start(['events', '--interval', '50ms', own]);
    await events.says('"type":"stats"');
    done(['exec', own, 'touch', '/go']);
    await events.says(`{"type":"oom","id":"${own}"}`);
    done(['kill', own, 'KILL']);
    expect((await events.ended).code).toBe(0);
    done(['delete', own]);
  });

  test('ends when nobody reads it any more', async () => {
    await using events = start(['events', '--interval', '50ms', id]);
    await events.says('"type":"stats"');
    events.child.stdout.destroy();
    expect((await events.ended).code).toBe(0);
    expect(stateOf(id).status).toBe('running');
  });

  test('of a container that has stopped are refused', async () => {
    const own = newId();
    done(['create', '-b', await makeBundle(), own]);
    done(['kill', own, 'KILL']);
    await until('it to end', () => stateOf(own).status === 'stopped');
    expect(oci(['events', own])).toMatchObject({ code: 1, stderr: expect.stringContaining('container not running') });
    done(['delete', own]);
  });
});

describe('spec', () => {
  test('does not overwrite', () => {
    expect(oci(['spec', '-b', bundle])).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') });
  });

  test('--rootless asks for no right that only root has', () => {
    const folder = scratch('spec');
    done(['spec', '--rootless', '-b', folder]);
    const spec = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    expect(spec.linux.uidMappings).toEqual([{ containerID: 0, hostID: 0, size: 1 }]);
    expect(spec.linux.namespaces).toContainEqual({ type: 'user' });
    expect(spec.linux.namespaces).not.toContainEqual({ type: 'network' });
    expect(spec.linux.resources).toBeUndefined();
  });
});

test('features are of the form that the specification wants', () => {
  const features = JSON.parse(done(['features']));
  expect(features.hooks).toHaveLength(6);
  expect(features.linux.namespaces).toEqual(['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts']);
  expect(features.mountOptions).toEqual(
    expect.arrayContaining(['ro', 'rro', 'rbind', 'rshared', 'nosymfollow', 'tmpcopyup']),
  );
  expect(features.linux.seccomp.actions).toContain('SCMP_ACT_ERRNO');
  expect(features.linux.cgroup).toMatchObject({ v1: true, v2: true, systemd: false });
});

describe('global flags', () => {
  test('--log gets errors as JSON, which engines read', () => {
    const log = join(scratch('log'), 'log');
    oci(['state', 'none-such'], { flags: ['--log', log, '--log-format', 'json'] });
    const msg = `container "none-such" does not exist in ${root}`;
    expect(JSON.parse(readFileSync(log, 'utf8'))).toEqual({
      level: 'error',
      msg,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('--log gets them as text, one line each', () => {
    const log = join(scratch('log'), 'log');
    for (const name of ['a', 'b']) oci(['state', name], { flags: ['--log', log] });
    expect(readFileSync(log, 'utf8')).toMatch(/^time="[^"]+" level=error msg="container \\"a\\" .*"\ntime=.*\n$/);
  });

  test('--log that cannot be written is an error, and later a thing for stderr', () => {
    const { code, stderr } = oci(['state', 'a'], { flags: ['--log', '/nowhere/log'] });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'slipway-oci: open /nowhere/log: no such file or directory (ENOENT)\n',
    });
    expect(oci(['state', 'a'], { flags: ['--log', '/dev/full'] })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"a" does not exist'),
    });
  });

  test('--debug says more', () => {
    const log = join(scratch('log'), 'log');
    done(['list', '-q'], { flags: ['--debug', '--log', log] });
    expect(readFileSync(log, 'utf8')).toMatch(/ level=debug msg="list -q"\n$/);
  });

  test('--systemd-cgroup is refused with what to do instead', () => {
    expect(oci(['list'], { flags: ['--systemd-cgroup'] })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('podman --cgroup-manager cgroupfs'),
    });
  });

  test('checkpoint and restore are refused with a reason', () => {
    for (const verb of ['checkpoint', 'restore']) {
      expect(oci([verb, id])).toMatchObject({ code: 1, stderr: expect.stringContaining('CRIU') });
    }
  });

  test('flags may have one dash, and stand behind the id, as runc takes them', async () => {
    expect(done(['list', '-quiet'])).toBe(done(['list', '-q']));
    const own = newId();
    done(['create', own, '-bundle', await makeBundle()]);
    done(['delete', own, '-force']);
    expect(done(['exec', id, 'echo', '-quiet', '--', '-f'])).toBe('-quiet -- -f\n');
  });

  test('without a command they are explained', () => {
    expect(done([])).toContain('Usage: slipway-oci');
    expect(done(['--version'])).toMatch(/^slipway-oci version \S+\nspec: 1\.2\.0\n/);
    expect(done(['create', '--help'])).toContain('--console-socket PATH');
    expect(done(['help', 'create'])).toBe(done(['create', '--help']));
    expect(done(['h'])).toBe(done([]));
  });
});
