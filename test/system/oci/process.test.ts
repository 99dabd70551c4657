// config.json's `process`: what the program is, in the kernel's own words, and the same by runc.

import { beforeAll, describe, expect, test } from 'vitest';
import { type BundleFolder, type Change, field, makeBundle, noRunc } from '../bundles.ts';
import { slipway } from '../slipway.ts';

let bundle: BundleFolder;

beforeAll(async () => {
  bundle = await makeBundle();
});

const outputOf: BundleFolder['outputOf'] = (...words) => bundle.outputOf(...words);

describe('the user', () => {
  const change: Change = ({ process }) => {
    process.user = { uid: 1000, gid: 100, umask: 0o027, additionalGids: [5, 6] };
  };
  const line = 'cat /proc/self/status; umask';

  test('has the ids, the groups and the umask', async () => {
    const said = await outputOf(change, line);
    expect(field(said, 'Uid')).toBe('1000\t1000\t1000\t1000');
    expect(field(said, 'Gid')).toBe('100\t100\t100\t100');
    expect(field(said, 'Groups')).toBe('5 6');
    expect(said).toMatch(/^0027$/m);
  });

  test('has no group that nobody asked for', async () => {
    expect(field(await outputOf(() => {}, line), 'Groups')).toBe('');
  });

  test.skipIf(noRunc)('is the same by runc', async () => {
    const wanted = /^(Uid|Gid|Groups|Umask):.*$/gm;
    expect((await outputOf(change, line)).match(wanted)).toEqual(bundle.runc(change, line).stdout.match(wanted));
  });
});

test('without a word on the user it is root', async () => {
  expect(await outputOf(({ process }) => void Reflect.deleteProperty(process, 'user'), 'id -u')).toBe('0\n');
});

describe('capabilities', () => {
  test('are five sets', async () => {
    const said = await outputOf(({ process }) => {
      process.capabilities = {
        bounding: ['CAP_KILL', 'CAP_CHOWN', 'CAP_SETUID'],
        permitted: ['CAP_KILL', 'CAP_CHOWN'],
        effective: ['CAP_KILL'],
        inheritable: ['CAP_CHOWN'],
        ambient: ['CAP_CHOWN'],
      };
      process.user = { uid: 1000, gid: 1000 };
    }, 'cat /proc/self/status');
    const bits = (...numbers: number[]) =>
      numbers
        .reduce((sum, bit) => sum + 2 ** bit, 0)
        .toString(16)
        .padStart(16, '0');
    expect(field(said, 'CapBnd')).toBe(bits(5, 0, 7));
    expect(field(said, 'CapAmb')).toBe(bits(0));
    expect(field(said, 'CapInh')).toBe(bits(0));
    expect(field(said, 'CapEff')).toBe(bits(0)); // of a user who is not root only the ambient ones are left by execve
  });

  test('that cannot be had are told, and the program runs', async () => {
    const { code, stderr, stdout } = await bundle.run(({ process }) => {
      process.capabilities?.bounding?.push('CAP_SAIL');
    }, 'echo it runs');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'it runs\n' });
    expect(stderr).toBe('slipway: CAP_SAIL cannot be had here and is left out: see `man 7 capabilities`\n');
  });
});

describe('limits', () => {
  const change: Change = ({ process }) => {
    process.rlimits = [
      { type: 'RLIMIT_CORE', soft: 1024, hard: 4096 },
      { type: 'RLIMIT_NOFILE', soft: 100, hard: 200 },
    ];
    process.oomScoreAdj = 77;
  };
  const line = 'grep -E "core|open files" /proc/self/limits; cat /proc/self/oom_score_adj';

  test('are those that are asked for', async () => {
    expect((await outputOf(change, line)).replaceAll(/ +/g, ' ')).toBe(
      'Max core file size 1024 4096 bytes \nMax open files 100 200 files \n77\n',
    );
  });

  test.skipIf(noRunc)('are the same by runc', async () => {
    expect(await outputOf(change, line)).toBe(bundle.runc(change, line).stdout);
  });
});

describe('the scheduler', () => {
  // Fields 19, 40 and 41 of /proc/PID/stat: nice value, realtime priority and policy (man 5 proc).
  const line = 'cut -d" " -f19,40,41 /proc/self/stat';

  test.each<[string, object, string]>([
    ['a nice value', { policy: 'SCHED_OTHER', nice: 7 }, '7 0 0'],
    ['a better one', { policy: 'SCHED_OTHER', nice: -5 }, '-5 0 0'],
    ['work for whole nights', { policy: 'SCHED_BATCH', nice: 3 }, '3 0 3'],
    ['nothing better to do', { policy: 'SCHED_IDLE' }, '0 0 5'],
  ])('gives it %s', async (_, scheduler, fields) => {
    expect(await outputOf(({ process }) => void Object.assign(process, { scheduler }), line)).toBe(`${fields}\n`);
  });

  test('gives it realtime, of which its cgroup has some', async () => {
    const said = await outputOf((spec) => {
      spec.process.scheduler = { policy: 'SCHED_RR', priority: 3 };
      spec.linux = { ...spec.linux, resources: { cpu: { realtimePeriod: 1_000_000, realtimeRuntime: 10_000 } } };
    }, line);
    expect(said).toBe('0 3 2\n');
  });

  test('says what is missing for realtime', async () => {
    const { code, stderr } = await bundle.run(({ process }) => {
      process.scheduler = { policy: 'SCHED_FIFO', priority: 3 };
    }, line);
    expect(code).toBe(125);
    expect(stderr).toMatch(/^slipway: process\.scheduler: SCHED_FIFO is refused \(EPERM\)\..*realtimeRuntime/);
  });
});

describe('execCPUAffinity', () => {
  const changeTo =
    (execCPUAffinity: object): Change =>
    ({ process }) =>
      void Object.assign(process, { execCPUAffinity });
  const line = 'grep -o "list:.*" /proc/self/status; sleep 100';

  test('is where a program that joins runs, and not the first one', async () => {
    await using first = bundle.start(changeTo({ initial: '0', final: '1' }), line, ['--name', 'affine']);
    await first.says('list:\t0-1');
    const { stdout } = await slipway(['exec', 'affine', 'grep', 'Cpus_allowed_list', '/proc/self/status']);
    expect(stdout).toBe('Cpus_allowed_list:\t1\n');
  });

  test('is taken before the cgroup too', async () => {
    await using first = bundle.start(changeTo({ initial: '99999' }), line, ['--name', 'nowhere']);
    await first.says('list:');
    const { code, stderr } = await slipway(['exec', 'nowhere', 'true']);
    expect(code).toBe(125);
    expect(stderr).toMatch(/^slipway: sched_setaffinity\(0, \d+, \[99999\]\): .*EINVAL/);
  });
});

test('ioPriority says who gets the disk first', async () => {
  // ioprio_get has no file: `ionice` of busybox asks it.
  const said = await outputOf(({ process }) => {
    process.ioPriority = { class: 'IOPRIO_CLASS_BE', priority: 6 };
  }, 'ionice -p $$');
  expect(said).toBe('best-effort: prio 6\n');
});

test('personality tells the program of a 32-bit machine', async () => {
  const said = await outputOf(({ linux }) => {
    Object.assign(linux ?? {}, { personality: { domain: 'LINUX32' } });
  }, 'uname -m; cat /proc/self/personality');
  expect(said).toMatch(process.arch === 'arm64' ? /^armv\w+\n00000008\n$/ : /^i686\n00000008\n$/);
});

test('memoryPolicy binds its memory to a node', async () => {
  const said = await outputOf(({ linux }) => {
    Object.assign(linux ?? {}, { memoryPolicy: { mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_STATIC_NODES'] } });
  }, 'head -1 /proc/self/numa_maps');
  expect(said).toMatch(/^[0-9a-f]+ bind=static:0 /);
});
