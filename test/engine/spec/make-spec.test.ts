// Flags in, config.json out: whole documents, kept in golden/ to be read. `vitest -u` writes them anew.

import { hostname as machineName } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { SpecContext } from '../../../src/engine/spec/context.ts';
import type { Spec } from '../../../src/oci.ts';
import { BARE_USER, BOX, ROOT, specOf, USER } from './given.ts';

/** Leaves out what depends on the machine that the test runs on. */
function settled(spec: Spec): Spec {
  const { seccomp: _, maskedPaths = [], devices = [], ...linux } = spec.linux ?? {};
  const { process, hostname, mounts = [] } = spec;
  const isPrivileged = process.capabilities?.bounding?.includes('CAP_SYS_ADMIN');
  return {
    ...spec,
    ...(hostname === undefined ? {} : { hostname: hostname.replace(machineName(), 'MACHINE') }),
    process: { ...process, env: process.env?.map((entry) => entry.replace(machineName(), 'MACHINE')) ?? [] },
    mounts: mounts.filter(({ source }) => source !== '/dev/mqueue'), // of the host, if it has one
    linux: {
      ...linux,
      maskedPaths: maskedPaths.filter((path) => !path.includes('/cpu/cpu')), // one for each processor
      devices: isPrivileged ? [] : devices, // all of the host's
    },
  };
}

describe('run', () => {
  test.each<[string, SpecContext, string[]]>([
    ['default', ROOT, ['box']],
    ['default-user', USER, ['box']],
    ['default-bare-user', BARE_USER, ['box']],
    [
      'program',
      ROOT,
      [
        ...[
          '-t',
          '-e',
          'A=1',
          '-e',
          'B=2',
          '-e',
          'A=3',
          '-w',
          '/srv/..',
          '-u',
          'web:5',
          '--group-add',
          'wheel',
          '--group-add',
          '7',
        ],
        ...[
          '--entrypoint',
          'env',
          '--hostname',
          'quay',
          '--domainname',
          'yard',
          '--ulimit',
          'nofile=1:2',
          '--oom-score-adj',
          '-5',
        ],
        ...['-l', 'a=b', '--annotation', 'c=d', 'box', '-0', 'x'],
      ],
    ],
    [
      'limits',
      ROOT,
      [
        ...[
          '--cpus',
          '1',
          '--cpu-shares',
          '512',
          '--cpuset-cpus',
          '0',
          '--cpuset-mems',
          '0',
          '-m',
          '100m',
          '--memory-swap',
          '300m',
        ],
        ...[
          '--memory-reservation',
          '50m',
          '--memory-swappiness',
          '0',
          '--oom-kill-disable',
          '--pids-limit',
          '9',
          '--blkio-weight',
          '300',
        ],
        ...[
          '--device-read-bps',
          '/dev/null:1mb',
          '--device-write-iops',
          '/dev/null:5',
          '--blkio-weight-device',
          '/dev/null:20',
        ],
        ...['--cgroup-parent', 'mine//', '--shm-size', '1m', '--device-cgroup-rule', 'c 10:* rw', 'box'],
      ],
    ],
    [
      'mounts',
      ROOT,
      [
        ...[
          '-v',
          '/h/deep:/d/deep',
          '-v',
          '/h:/d:ro',
          '-v',
          'data:/v:ro',
          '-v',
          '/anonymous',
          '--tmpfs',
          '/t:size=1m,exec',
        ],
        ...[
          '--mount',
          'type=bind,src=/h,dst=/w,readonly,bind-recursive=writable',
          '--mount',
          'type=bind,src=/h,dst=/one,bind-recursive=disabled',
        ],
        ...['-v', '/h:/s:rshared', '--tmpfs', '/dev/shm:size=5m', '--read-only', 'box'],
      ],
    ],
    [
      'shared-with-host',
      ROOT,
      ['--network', 'host', '--pid', 'host', '--ipc', 'host', '--uts', 'host', '--cgroupns', 'host', 'box'],
    ],
    [
      'shared-with-host-user',
      USER,
      ['--network', 'host', '--pid', 'host', '--ipc', 'host', '--uts', 'host', '--cgroupns', 'host', 'box'],
    ],
    [
      'shared-with-other',
      ROOT,
      [
        '--network',
        'container:other',
        '--pid',
        'container:other',
        '--ipc',
        'container:other',
        '--timens',
        'private',
        'box',
      ],
    ],
    ['shared-with-other-user', USER, ['--network', 'container:other', 'box']],
    ['own-user-namespace', ROOT, ['--userns', 'private', '--ipc', 'none', 'box']],
    [
      'rights',
      ROOT,
      [
        '--cap-drop',
        'all',
        '--cap-add',
        'net_raw',
        '--security-opt',
        'no-new-privileges',
        '--security-opt',
        'systempaths=unconfined',
        'box',
      ],
    ],
    ['privileged', ROOT, ['--privileged', 'box']],
  ])('%s', async (name, context, words) => {
    const document = `${JSON.stringify(settled(specOf(context, BOX, ...words)), null, 2)}\n`;
    await expect(document).toMatchFileSnapshot(`golden/${name}.json`);
  });

  test('has a seccomp profile, but for --privileged and seccomp=unconfined', () => {
    const profile = (...words: string[]) => specOf(ROOT, BOX, ...words, 'box').linux?.seccomp;
    expect(profile()?.defaultAction).toBe('SCMP_ACT_ERRNO');
    expect(profile('--privileged')).toBeUndefined();
    expect(profile('--security-opt', 'seccomp=unconfined')).toBeUndefined();
    const allows = (words: string[], call: string) =>
      profile(...words)?.syscalls?.some(
        ({ names, action, args }) => action === 'SCMP_ACT_ALLOW' && !args && names.includes(call),
      );
    expect(allows([], 'mount')).toBe(false);
    expect(allows(['--cap-add', 'SYS_ADMIN'], 'mount')).toBe(true);
  });

  test('an image’s wishes hold where the options are silent', () => {
    const image = {
      User: 'web',
      Env: ['A=image', 'B=image', 'PATH=/image'],
      Entrypoint: ['/entry', '-x'],
      Cmd: ['cmd'],
      WorkingDir: '/work',
      Volumes: { '/data': {}, '/given': {} },
    };
    const silent = specOf(ROOT, image, '-v', '/h:/given', 'box');
    expect(silent.process).toMatchObject({ args: ['/entry', '-x', 'cmd'], cwd: '/work' });
    expect(silent.process.env).toEqual(['PATH=/image', 'HOSTNAME=0123456789ab', 'A=image', 'B=image']);
    expect(silent.annotations).toEqual({ 'dev.slipway.user': 'web' });
    expect(silent.mounts?.filter(({ source }) => source?.startsWith('/store') || source === '/h')).toEqual([
      { destination: '/given', type: 'bind', source: '/h', options: ['rbind', 'rprivate'] },
      { destination: '/data', type: 'bind', source: '/store/volumes/anonymous/_data', options: ['rbind', 'rprivate'] },
    ]);
    const loud = specOf(ROOT, image, '-u', '5:6', '-e', 'A=mine', '-e', 'B', '-w', '/mine', 'box', 'other');
    expect(loud.process).toMatchObject({
      args: ['/entry', '-x', 'other'],
      cwd: '/mine',
      user: { uid: 5, gid: 6, additionalGids: [6] },
    });
    expect(loud.process.env).toEqual(['PATH=/image', 'HOSTNAME=0123456789ab', 'A=mine']);
    expect(loud.annotations).toEqual({});
    expect(specOf(ROOT, image, '--entrypoint', '/mine', 'box').process.args).toEqual(['/mine']);
    expect(specOf(ROOT, image, '--entrypoint', '', 'box', 'x').process.args).toEqual(['x']);
  });
});
