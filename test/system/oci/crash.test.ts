// kill -9 of whatever is at work: `state` tells the truth afterwards, and `delete` takes all of it away.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { done, isAlive, makeBundle, newId, oci, root, start, stateOf } from './oci.ts';

const sleeping = ({ process }: { process: { args: string[] } }) => {
  process.args = ['sleep', '1000'];
};

/** A bundle whose creation stands still in a hook, as long as that sleeps. */
async function slowBundle(hook: 'createRuntime' | 'createContainer' | 'startContainer' | 'poststart'): Promise<string> {
  return await makeBundle((spec) => {
    sleeping(spec);
    spec.hooks = { [hook]: [{ path: '/bin/sleep', args: ['sleep', '1000'] }] };
  });
}

/** All processes whose parent, or its parent, and so on, is this one. */
function descendants(pid: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((each) => [each, parentOf(each)]));
  const below = (parent: number): number[] => {
    const children = pids.filter((each) => parents.get(each) === parent);
    return [...children, ...children.flatMap(below)];
  };
  return below(pid);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function cgroupFolders(id: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line));
  return mounts.map((line) => join(line.split(' ')[4] as string, 'slipway', id)).filter((folder) => existsSync(folder));
}

describe('create', () => {
  test.each(['createRuntime', 'createContainer'] as const)(
    'killed in a %s hook: no process is left but the hook',
    async (hook) => {
      const id = newId();
      const bundle = await slowBundle(hook);
      await using creating = start(['create', '-b', bundle, id]);
      const all = await until('the hook to run', () => {
        const found = descendants(creating.pid);
        return found.some((pid) => commandOf(pid).startsWith('sleep')) && found;
      });
      expect(stateOf(id).status).toBe('creating');
      for (const verb of ['start', 'pause', 'delete']) {
        expect(oci([verb, id])).toMatchObject({ code: 1, stderr: expect.stringContaining('is just being created') });
      }
      creating.kill('SIGKILL');
      const own = all.filter((pid) => !commandOf(pid).startsWith('sleep'));
      await until('the others to end', () => !own.some(isAlive));
      for (const pid of all.filter(isAlive)) process.kill(pid, 'SIGKILL');
      await until('the lock to be free', () => stateOf(id).status === 'stopped');
      done(['delete', id]);
      expect(readdirSync(root)).not.toContain(id);
      expect(cgroupFolders(id)).toEqual([]);
    },
  );

  test('ended by delete --force: nothing is left', async () => {
    const id = newId();
    await using creating = start(['create', '-b', await slowBundle('createContainer'), id]);
    const all = await until('the hook to run', () => {
      const found = descendants(creating.pid);
      return found.some((pid) => commandOf(pid).startsWith('sleep')) && found;
    });
    done(['delete', '--force', id]);
    expect((await creating.ended).code).toBe(137);
    await until('all to end', () => !all.some(isAlive));
    expect(readdirSync(root)).not.toContain(id);
    expect(cgroupFolders(id)).toEqual([]);
  });

  test('killed before it has written a state: delete takes the folder away', () => {
    const id = newId();
    mkdirSync(join(root, id));
    writeFileSync(join(root, id, 'state.json.1.tmp'), '{');
    expect(oci(['state', id]).code).toBe(1);
    expect(done(['list', '-q'])).not.toContain(id);
    expect(oci(['delete', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('does not exist') });
    expect(readdirSync(root)).not.toContain(id);
  });
});

describe('the first process', () => {
  test('killed while it waits for start: the container has stopped', async () => {
    const id = newId();
    done(['create', '-b', await makeBundle(sleeping), id]);
    const { pid } = stateOf(id);
    process.kill(pid, 'SIGKILL');
    await until('it to be gone', () => !isAlive(pid));
    expect(stateOf(id)).toMatchObject({ status: 'stopped', pid: 0 });
    expect(oci(['start', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('it has stopped') });
    done(['delete', id]);
    expect(cgroupFolders(id)).toEqual([]);
  });
});

describe('start', () => {
  test('killed in a poststart hook: the program runs, and state says so', async () => {
    const id = newId();
    done(['create', '-b', await slowBundle('poststart'), id]);
    const { pid } = stateOf(id);
    await using starting = start(['start', id]);
    const isHook = (each: number) => commandOf(each).startsWith('sleep');
    const hook = await until('the hook to run', () => descendants(starting.pid).find(isHook));
    starting.kill('SIGKILL');
    await starting.ended;
    process.kill(hook, 'SIGKILL');
    expect(stateOf(id)).toMatchObject({ status: 'running', pid });
    expect(oci(['start', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('running already') });
    done(['delete', '-f', id]);
  });

  test('killed in a startContainer hook: the container is created still, and the hook goes on', async () => {
    const id = newId();
    done(['create', '-b', await slowBundle('startContainer'), id]);
    const { pid } = stateOf(id);
    await using starting = start(['start', id]);
    const hook = await until('the hook to run', () =>
      descendants(pid).find((each) => commandOf(each).startsWith('sleep')),
    );
    starting.kill('SIGKILL');
    await starting.ended;
    expect(stateOf(id)).toMatchObject({ status: 'created', pid });
    process.kill(hook, 'SIGKILL');
    await until('the start to fail', () => stateOf(id).status === 'stopped');
    done(['delete', id]);
  });
});

test('of a container without a PID namespace, delete --force ends every process', async () => {
  const id = newId();
  const bundle = await makeBundle((spec) => {
    spec.process.args = ['sh', '-c', 'sleep 1000 & echo $! > /child; exit 0'];
    spec.linux.namespaces = spec.linux.namespaces?.filter(({ type }) => type !== 'pid') ?? [];
  });
  done(['run', '-d', '-b', bundle, id]);
  await until('the first process to end', () => stateOf(id).status === 'stopped');
  const child = Number(readFileSync(join(bundle, 'rootfs/child'), 'utf8'));
  expect(isAlive(child)).toBe(true);
  done(['delete', '--force', id]);
  expect(isAlive(child)).toBe(false);
  expect(cgroupFolders(id)).toEqual([]);
});
