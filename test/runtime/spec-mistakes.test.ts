// What is wrong in a config.json, as one line: the place, what stands there, and what may.

import { describe, expect, test } from 'vitest';
import type { Spec } from '../../src/oci.ts';
import { checkSpec } from '../../src/runtime/check-spec.ts';
import { inexactArguments } from '../../src/runtime/spec-check/exact.ts';
import { describeIssue, type Issue } from '../../src/runtime/spec-mistakes.ts';
import { hasAppArmor, hasSelinux } from '../../src/security/labels.ts';
import { mistake } from '../mistake.ts';

const GOOD: Spec = {
  ociVersion: '1.2.0',
  process: { user: { uid: 0, gid: 0 }, args: ['sh'], cwd: '/' },
  root: { path: 'rootfs' },
  mounts: [{ destination: '/proc', type: 'proc' }],
  linux: { namespaces: [{ type: 'mount' }, { type: 'pid' }, { type: 'uts' }] },
};

test.each<[string, string[]]>([
  ['{"value": 9007199254740993, "valueTwo": 5}', ['9007199254740993']],
  ['{"value":18446744073709551600,"valueTwo": 18446744073709551601}', ['18446744073709551600', '18446744073709551601']],
  ['{"value": 18446744073709551615, "valueTwo": 18446744073709547520}', []],
  ['{"value": 4503599627370496, "limit": 9007199254740993}', []],
])('the numbers of %s that JSON would round', (text, inexact) => {
  expect(inexactArguments(text)).toEqual(inexact);
});

describe('an issue', () => {
  const document = { a: [{ b: 'x' }], n: -1, long: 'y'.repeat(100) };
  test.each<[Issue, string]>([
    [{ code: 'invalid_type', path: ['a', 1], message: '', expected: 'object' }, 'a[1]: it is missing'],
    [{ code: 'invalid_type', path: ['a', 0, 'b'], message: '', expected: 'array' }, 'a[0].b: "x" is not an array'],
    [{ code: 'invalid_type', path: ['n'], message: '', expected: 'int' }, 'n: -1 is not a whole number'],
    [
      { code: 'invalid_type', path: [], message: '', expected: 'string' },
      'the document: {"a":[{"b":"x"}],"n":-1,"long":"yyyyyyyyyyyyyyyyyyyyyyyyyyy… is not a string',
    ],
    [{ code: 'invalid_value', path: ['a', 0, 'b'], message: '', values: ['p', 'q'] }, 'a[0].b: "x" is none of p, q'],
    [{ code: 'too_small', path: ['n'], message: '', minimum: 0 }, 'n: -1 is too little: 0 at least'],
    [{ code: 'too_big', path: ['n'], message: '', maximum: -5 }, 'n: -1 is too much: -5 at most'],
    [{ code: 'custom', path: ['n'], message: 'is odd' }, 'n: -1 is odd'],
    [{ code: 'custom', path: ['long'], message: 'is long' }, `long: "${'y'.repeat(58)}… is long`],
  ])('%j', (issue, line) => {
    expect(describeIssue(issue, document)).toBe(line);
  });
});

describe('a document', () => {
  const linesOf = (document: unknown) => mistake(() => checkSpec('FILE', document)).split('\n');
  const changed = (change: (spec: Spec) => unknown) => {
    const spec = structuredClone(GOOD);
    change(spec);
    return spec;
  };

  const withLinux = (linux: object) => changed((it) => Object.assign(it.linux ?? {}, linux));

  test('that is right comes back as it is', () => {
    expect(checkSpec('FILE', GOOD)).toBe(GOOD);
    const unknown = { ...GOOD, windows: {}, other: 1 };
    expect(checkSpec('FILE', unknown)).toBe(unknown); // what a runtime does not know it has to ignore
  });

  test.each<[string, (spec: Spec) => unknown]>([
    [
      'a limit of 2^63 - 1 bytes',
      ({ linux }) => Object.assign(linux ?? {}, { resources: { memory: { limit: 2 ** 63 } } }),
    ],
    [
      'a capability of later kernels',
      ({ process }) => Object.assign(process, { capabilities: { bounding: ['CAP_SAIL'] } }),
    ],
    ['nobody named as the user', ({ process }) => Reflect.deleteProperty(process, 'user')],
    ['a relative place for a mount', ({ mounts }) => mounts?.push({ destination: 'tmp', type: 'tmpfs' })],
  ])('may have %s', (_, change) => {
    const document = changed(change);
    expect(checkSpec('FILE', document)).toBe(document);
  });

  test('that is never started needs no program', () => {
    const { process: _, ...bare } = GOOD;
    expect(checkSpec('FILE', bare, { toStart: false })).toBe(bare);
    expect(linesOf(bare)).toEqual(['FILE is no valid config.json:', '  process: it is missing']);
  });

  test.each<[string, unknown, (string | RegExp)[]]>([
    ['nothing', undefined, ['the document: it is missing']],
    ['a list', [], ['the document: [] is not an object']],
    ['empty', {}, ['ociVersion: it is missing', 'process: it is missing', 'root: it is missing']],
    [
      'a root without a path',
      changed((it) => Object.assign(it.root, { path: '' })),
      ['root.path: "" is too little: 1 at least'],
    ],
    [
      'a zero byte',
      changed(({ process }) => Object.assign(process, { args: ['a\0b'] })),
      ['process.args[0]: "a\\u0000b" has a zero byte in it'],
    ],
    [
      'an unknown limit',
      changed(({ process }) => Object.assign(process, { rlimits: [{ type: 'X', soft: 1, hard: 1 }] })),
      [/^ {2}process\.rlimits\[0\]\.type: "X" is none of RLIMIT_/],
    ],
    [
      'a limit twice',
      changed(({ process }) => {
        process.rlimits = [1, 2].map((hard) => ({ type: 'RLIMIT_CORE', soft: 1, hard }));
      }),
      ['process.rlimits[1].type: RLIMIT_CORE is listed twice'],
    ],
    [
      'a limit above its ceiling',
      changed(({ process }) => {
        process.rlimits = [{ type: 'RLIMIT_CORE', soft: 2 ** 64, hard: 1 }];
      }),
      ['process.rlimits[0].soft: 18446744073709552000 is above the hard limit, 1'],
    ],
    ['an unknown clock', withLinux({ timeOffsets: { x: { secs: 1 } } }), ['linux.timeOffsets: there is no x']],
    [
      'clocks of nobody',
      withLinux({ timeOffsets: { boottime: { secs: 1 } } }),
      ['linux.timeOffsets: they need a new time namespace'],
    ],
    [
      'namespaces that are none',
      withLinux({
        namespaces: [{ type: 'mount' }, { type: 'ipc', path: '/proc/self/ns/net' }, { type: 'pid', path: '/' }],
      }),
      [
        'linux.namespaces[1].path: /proc/self/ns/net is not a ipc namespace',
        'linux.namespaces[2].path: / is no namespace at all',
      ],
    ],
    [
      "the host's mounts",
      withLinux({ namespaces: [{ type: 'mount', path: '/proc/self/ns/mnt' }] }),
      ['linux.namespaces: a mount namespace is needed, or the host would see the mounts'],
    ],
    [
      'maps that are not those of the namespace',
      withLinux({
        namespaces: [{ type: 'mount' }, { type: 'user', path: '/proc/self/ns/user' }],
        uidMappings: [{ containerID: 7, hostID: 7, size: 7 }],
        gidMappings: [{ containerID: 7, hostID: 7, size: 7 }],
      }),
      ['linux.uidMappings: the user namespace /proc/self/ns/user has other maps: leave them out'],
    ],
    [
      'realtime without a priority',
      changed(({ process }) => Object.assign(process, { scheduler: { policy: 'SCHED_FIFO' } })),
      ['process.scheduler.priority: SCHED_FIFO needs one from 1 to 99'],
    ],
    [
      'a deadline for somebody else',
      changed(({ process }) => Object.assign(process, { scheduler: { policy: 'SCHED_IDLE', deadline: 5 } })),
      ['process.scheduler: runtime, deadline and period are for SCHED_DEADLINE alone'],
    ],
    [
      'processors that are no list',
      changed(({ process }) => Object.assign(process, { execCPUAffinity: { initial: '1,' } })),
      ['process.execCPUAffinity.initial: "1," is no list of numbers and ranges such as 0-3,7'],
    ],
    [
      'a machine of another kind',
      withLinux({ personality: { domain: 'LINUX64' } }),
      ['linux.personality.domain: "LINUX64" is none of LINUX, LINUX32'],
    ],
    [
      'memory from nowhere',
      withLinux({ memoryPolicy: { mode: 'MPOL_BIND' } }),
      ['linux.memoryPolicy.nodes: MPOL_BIND needs some'],
    ],
    [
      'mounts of the wrong kind',
      changed((it) => {
        it.mounts = [
          { destination: '/a', type: 'bind', options: ['size=1m', 'tmpcopyup'] },
          { destination: '/b' },
          { destination: '/c', type: 'ramfs', options: ['tmpcopyup', 'idmap'] },
          { destination: '/d', source: '/', options: ['bind', 'idmap'] },
          { destination: '/e', source: '/', options: ['bind'], uidMappings: [{ containerID: 0, hostID: 0, size: 1 }] },
        ];
      }),
      [
        'mounts[0].source: it is missing, and a bind mount needs one',
        'mounts[0].options[0]: "size=1m" is no option of a bind mount',
        'mounts[0].options[1]: tmpcopyup is for a tmpfs',
        'mounts[1].type: it is missing, and only a bind mount needs none',
        'mounts[2].options[0]: tmpcopyup is for a tmpfs',
        'mounts[2].options: only a bind mount can map ids',
        'mounts[3].uidMappings: idmap needs them and gidMappings, since the container has no user namespace whose map it could take',
        'mounts[4].uidMappings: they and gidMappings need each other',
      ],
    ],
    [
      'limits that contradict each other',
      withLinux({
        resources: {
          memory: { limit: 200, swap: 100 },
          cpu: { quota: 5000, burst: 6000, idle: 2 },
          blockIO: { weightDevice: [{ major: 8, minor: 0 }] },
          rdma: { mlx: {} },
        },
      }),
      [
        'linux.resources.cpu.idle: 2 is none of 0, 1',
        'linux.resources.blockIO.weightDevice[0]: {"major":8,"minor":0} has neither weight nor leafWeight',
        'linux.resources.rdma.mlx: {} has neither hcaHandles nor hcaObjects',
      ],
    ],
    [
      'numbers that do not go together',
      withLinux({
        resources: {
          memory: { limit: 200, swap: 100 },
          cpu: { quota: 5000, burst: 6000 },
          unified: { 'cgroup.procs': '1', '../x': '1', 'memory.high': '1' },
        },
      }),
      [
        'linux.resources.unified: "cgroup.procs" is no limit',
        'linux.resources.unified: "../x" is no limit',
        'linux.resources.memory.swap: 100 bytes of memory and swap together are less than the 200 of memory',
        'linux.resources.cpu.burst: 6000 is more than the quota, 5000',
      ],
    ],
    [
      'a device without a number',
      withLinux({
        devices: [
          { type: 'c', path: '/dev/x', major: 1 },
          { type: 'p', path: '/dev/p' },
        ],
      }),
      ['linux.devices[0].minor: it is missing'],
    ],
    [
      'what Slipway does not do',
      withLinux({ intelRdt: { closID: 'x' }, personality: { domain: 'LINUX', flags: ['X'] } }),
      [
        'linux.intelRdt: {"closID":"x"} stands there, and Slipway does not assign processors’ caches (resctrl): leave it out',
        'linux.personality.flags: ["X"] is too much: 0 at most',
      ],
    ],
    [
      'half a byte',
      changed(({ linux }) => Object.assign(linux ?? {}, { resources: { memory: { limit: 0.5 } } })),
      ['linux.resources.memory.limit: 0.5 is not a whole number'],
    ],
    [
      'a host name without a namespace',
      changed((it) => Object.assign(it, { hostname: 'a', linux: { namespaces: [{ type: 'mount' }] } })),
      ["hostname: it needs a uts namespace that is not the host's"],
    ],
    [
      'no mount namespace',
      changed((it) => Object.assign(it, { linux: {} })),
      ['linux.namespaces: a mount namespace is needed, or the host would see the mounts'],
    ],
    [
      'maps for nobody',
      changed(({ linux }) =>
        Object.assign(linux ?? {}, {
          uidMappings: [{ containerID: 0, hostID: 0, size: 1 }],
          gidMappings: [{ containerID: 0, hostID: 0, size: 1 }],
        }),
      ),
      ['linux.uidMappings: there is no user namespace to map ids for'],
    ],
    [
      'seccomp of another kind',
      changed(({ linux }) =>
        Object.assign(linux ?? {}, {
          seccomp: { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: [], action: 'SCMP_ACT_ERRNO' }] },
        }),
      ),
      ['linux.seccomp.syscalls[0].names: [] is too little: 1 at least'],
    ],
  ])('with %s', (_, document, lines) => {
    const expected = lines.map((line) => (typeof line === 'string' ? `  ${line}` : expect.stringMatching(line)));
    expect(linesOf(document)).toEqual(['FILE is no valid config.json:', ...expected]);
  });

  test.skipIf(hasSelinux() || hasAppArmor())('with labels for a security module that is not there', () => {
    const document = changed(({ process, linux }) => {
      Object.assign(process, { apparmorProfile: 'docker-default', selinuxLabel: 'system_u:system_r:x' });
      Object.assign(linux ?? {}, { mountLabel: 'system_u:object_r:x' });
    });
    const nothing = (name: string) => `this machine has no ${name}, or has it switched off: leave it out`;
    expect(linesOf(document)).toEqual([
      'FILE is no valid config.json:',
      `  process.apparmorProfile: ${nothing('AppArmor')}`,
      `  process.selinuxLabel: ${nothing('SELinux')}`,
      `  linux.mountLabel: ${nothing('SELinux')}`,
    ]);
  });
});
