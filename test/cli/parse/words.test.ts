// The small parsers: each with all forms that it takes, and all that it refuses.

import { describe, expect, test } from 'vitest';
import { parseCpuList, parseCpus } from '../../../src/cli/parse/cpu.ts';
import { splitCsv } from '../../../src/cli/parse/csv.ts';
import { parseByteRate, parseDevice, parseOperationRate, parseWeight } from '../../../src/cli/parse/device.ts';
import { parseAddress, parseExtraHost, parseLabel, parseSysctl } from '../../../src/cli/parse/key-value.ts';
import { parseCgroupParent, parseContainerName, parseHostname, parseVolumeName } from '../../../src/cli/parse/name.ts';
import { parseIpcMode, parseMode, parseNamespaceTypes, parseNetworkMode } from '../../../src/cli/parse/namespace.ts';
import { parseSecurityOpt } from '../../../src/cli/parse/security-opt.ts';
import { parseTarget } from '../../../src/cli/parse/target.ts';
import { parseUlimit } from '../../../src/cli/parse/ulimit.ts';
import { capabilityName } from '../../../src/security/capabilities.ts';
import { mistake } from '../../mistake.ts';

/** A table of what a parser gives, and one of what it says. */
function parser<T>(
  name: string,
  parse: (text: string) => T,
  good: [string, T][],
  bad: [string, string | RegExp][],
): void {
  describe(name, () => {
    test.each(good)('%j', (text, value) => {
      expect(parse(text)).toEqual(value);
    });
    test.each(bad)('%j is refused', (text, sentence) => {
      const said = mistake(() => parse(text));
      if (typeof sentence === 'string') expect(said).toBe(sentence);
      else expect(said).toMatch(sentence);
    });
  });
}

parser(
  '--cpus',
  parseCpus,
  [
    ['1', 1],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['2.', 2],
    ['0', 0],
    ['0.000000001', 1e-9],
  ],
  [
    ['', 'failed to parse  as a rational number. Write it as 1.5'],
    ['-1', 'failed to parse -1 as a rational number. Write it as 1.5'],
    ['1/2', 'failed to parse 1/2 as a rational number. Write it as 1.5'],
    ['1e1', 'failed to parse 1e1 as a rational number. Write it as 1.5'],
    ['0.0000000001', 'value is too precise: 0.0000000001 has more than 9 decimals'],
  ],
);

parser(
  '--cpuset-cpus',
  parseCpuList,
  ['0', '0,1', '0-3', '0-2,7', '7-7', '0-8191'].map((text) => [text, text]),
  ['', ',', '0,', 'a', '3-0', '-1', '0-', '0-8192', '0 1', '1.5'].map((text) => [
    text,
    `${text} is not a list of numbers and ranges. Write it as 0-3,7`,
  ]),
);

parser(
  'a line of CSV',
  splitCsv,
  [
    ['', ['']],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a,,b', ['a', '', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b"', ['a"b']],
    ['""', ['']],
    ['a,"b"', ['a', 'b']],
  ],
  [
    ['"a', 'a quote is not closed, or stands inside a field: "a'],
    ['a"b', 'a quote is not closed, or stands inside a field: a"b'],
    ['"a"b', 'a quote is not closed, or stands inside a field: "a"b'],
  ],
);

const device = (hostPath: string, containerPath: string, access: string) => ({ hostPath, containerPath, access });
parser(
  '--device',
  parseDevice,
  [
    ['/dev/a', device('/dev/a', '/dev/a', 'rwm')],
    ['/dev/a:/dev/b', device('/dev/a', '/dev/b', 'rwm')],
    ['/dev/a:/dev/b:r', device('/dev/a', '/dev/b', 'r')],
    ['/dev/a:r', device('/dev/a', '/dev/a', 'r')],
    ['/dev/a:mrw', device('/dev/a', '/dev/a', 'mrw')],
    ['/dev/a::r', device('/dev/a', '/dev/a', 'r')],
  ],
  [
    ['', 'invalid device specification: . Write it as /dev/x:/dev/y:rwm'],
    ['a', 'invalid device specification: a. Write it as /dev/x:/dev/y:rwm'],
    ['/dev/a:b', 'invalid device specification: /dev/a:b. Write it as /dev/x:/dev/y:rwm'],
    ['/dev/a:/dev/b:r:w', 'invalid device specification: /dev/a:/dev/b:r:w. Write it as /dev/x:/dev/y:rwm'],
    ['/dev/a:/dev/b:x', 'bad mode specified: x. It is made of r, w and m'],
    ['/dev/a:/dev/b:rr', 'bad mode specified: rr. It is made of r, w and m'],
    ['/dev/a:/dev/b:', 'bad mode specified: . It is made of r, w and m'],
  ],
);

parser(
  '--device-read-bps',
  parseByteRate,
  [
    ['/dev/a:1', { path: '/dev/a', rate: 1 }],
    ['/dev/a:1mb', { path: '/dev/a', rate: 1024 ** 2 }],
    ['/dev/a:b:1k', { path: '/dev/a:b', rate: 1024 }],
  ],
  [
    ['/dev/a', 'bad format: /dev/a. Write it as /dev/x:1mb'],
    ['a:1', 'bad format for device path: a:1. The path begins with /dev/'],
    ['/dev/a:0', /^invalid rate for device: \/dev\/a\. The correct format is <device-path>:<number>\[<unit>\]/],
    ['/dev/a:fast', /^invalid rate for device: \/dev\/a\. /],
  ],
);

parser(
  '--device-read-iops',
  parseOperationRate,
  [['/dev/a:100', { path: '/dev/a', rate: 100 }]],
  [
    [
      '/dev/a:1k',
      'invalid rate for device: /dev/a. The correct format is <device-path>:<number>. Number must be a positive integer',
    ],
    [
      '/dev/a:0',
      'invalid rate for device: /dev/a. The correct format is <device-path>:<number>. Number must be a positive integer',
    ],
  ],
);

parser(
  '--blkio-weight-device',
  parseWeight,
  [
    ['/dev/a:10', { path: '/dev/a', weight: 10 }],
    ['/dev/a:1000', { path: '/dev/a', weight: 1000 }],
  ],
  ['/dev/a:9', '/dev/a:1001', '/dev/a:heavy'].map((text) => [
    text,
    `invalid weight for device: ${text}. It is from 10 to 1000`,
  ]),
);

parser(
  '--label',
  parseLabel,
  [
    ['a', ['a', '']],
    ['a=', ['a', '']],
    ['a=b=c', ['a', 'b=c']],
  ],
  [
    ['', "invalid label '': empty name"],
    ['=b', "invalid label '=b': empty name"],
    [' =b', "invalid label ' =b': empty name"],
  ],
);

parser(
  '--sysctl',
  parseSysctl,
  [
    ['net.core.somaxconn=1', ['net.core.somaxconn', '1']],
    ['net/ipv4/x=a b', ['net/ipv4/x', 'a b']],
    ['a.b=', ['a.b', '']],
  ],
  ['', 'a.b', '=1', 'a..b=1', '../../x=1', 'a b=1'].map((text) => [
    text,
    `sysctl '${text}' is not allowed. Write it as net.core.somaxconn=1024`,
  ]),
);

parser(
  '--add-host',
  parseExtraHost,
  [
    ['db:10.0.0.1', 'db:10.0.0.1'],
    ['db=10.0.0.1', 'db:10.0.0.1'],
    ['db:::1', 'db:::1'],
    ['db=[::1]', 'db:::1'],
  ],
  [
    ['', 'bad format for add-host: "". Write it as name:address'],
    ['db', 'bad format for add-host: "db". Write it as name:address'],
    [':1.1.1.1', 'bad format for add-host: ":1.1.1.1". Write it as name:address'],
    ['db:', 'bad format for add-host: "db:". Write it as name:address'],
    ['db:300.0.0.1', 'invalid IP address in add-host: "300.0.0.1"'],
    ['db:host', 'invalid IP address in add-host: "host"'],
  ],
);

parser(
  '--dns',
  parseAddress,
  [
    ['1.1.1.1', '1.1.1.1'],
    ['::1', '::1'],
  ],
  [
    ['', 'IP address is not correctly formatted: '],
    ['one', 'IP address is not correctly formatted: one'],
  ],
);

const wrongName = (text: string) =>
  `invalid container name (${text}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, and from 2 to 255 of them`;
parser(
  '--name',
  parseContainerName,
  [
    ['ab', 'ab'],
    ['/ab', 'ab'],
    ['A.b_c-9', 'A.b_c-9'],
    ['a'.repeat(255), 'a'.repeat(255)],
  ],
  ['', 'a', '.a', '-a', 'a b', 'a/b', 'ä', 'a'.repeat(256), '..'].map((text) => [text, wrongName(text)]),
);

parser(
  'the name of a volume',
  parseVolumeName,
  [['ab', 'ab']],
  [
    ['a', /^"a" includes invalid characters/],
    ['a/b', /use absolute path$/],
  ],
);

parser(
  '--hostname',
  parseHostname,
  ['a', 'a1', 'web.example.com', 'A-b', 'a'.repeat(64)].map((text) => [text, text]),
  ['', '-a', 'a-', '.a', 'a b', 'a\n', 'a'.repeat(65)].map((text) => [
    text,
    `invalid hostname format: ${text}. It has letters, digits, dots and hyphens, 64 at most`,
  ]),
);

parser(
  '--cgroup-parent',
  parseCgroupParent,
  ['/a', 'a', '/a/b', 'a.slice'].map((text) => [text, text]),
  ['', '/', '..', '/a/../b', '/a/.', 'a\nb', 'a\0'].map((text) => [
    text,
    `"${text}" is no path of a cgroup. Write it as /mine/containers`,
  ]),
);

parser(
  '--pid and its kin',
  parseMode('PID'),
  ['private', 'host', 'container:a', 'container:0123456789ab'].map((text) => [text, text as 'host']),
  ['', 'none', 'container', 'container:', 'container:a b', 'container:a/b', 'Host'].map((text) => [
    text,
    `invalid PID mode "${text}": it is none of private, host, container:NAME`,
  ]),
);

parser(
  '--ipc',
  parseIpcMode,
  ['private', 'host', 'none', 'shareable', 'container:a'].map((text) => [text, text as 'host']),
  ['', 'mine'].map((text) => [
    text,
    `invalid IPC mode "${text}": it is none of private, shareable, none, host, container:NAME`,
  ]),
);

parser(
  '--network',
  parseNetworkMode,
  ['none', 'host', 'container:a'].map((text) => [text, text as 'host']),
  [
    ['bridge', 'a network with a bridge comes later. Until then there are none (the default), host, container:NAME'],
    ['default', 'a network with a bridge comes later. Until then there are none (the default), host, container:NAME'],
    ['mine', 'network mine not found: it is none of none, host, container:NAME'],
    ['', 'network  not found: it is none of none, host, container:NAME'],
  ],
);

parser(
  '--ns',
  parseNamespaceTypes,
  [
    ['net', ['network']],
    ['net,uts,net', ['network', 'uts']],
    ['mnt,mount,network,ipc,pid,user,cgroup,time', ['mount', 'network', 'ipc', 'pid', 'user', 'cgroup', 'time']],
  ],
  [
    ['', '"" is none of mnt, uts, ipc, pid, net, user, cgroup, time'],
    ['net,', '"" is none of mnt, uts, ipc, pid, net, user, cgroup, time'],
    ['toString', '"toString" is none of mnt, uts, ipc, pid, net, user, cgroup, time'],
  ],
);

const wrongOption = (text: string) =>
  `invalid --security-opt: "${text}". It is none of no-new-privileges, seccomp=unconfined, seccomp=FILE, systempaths=unconfined, label=disable, apparmor=unconfined`;
parser(
  '--security-opt',
  parseSecurityOpt,
  [
    ['no-new-privileges', { noNewPrivileges: true }],
    ['no-new-privileges=true', { noNewPrivileges: true }],
    ['no-new-privileges:false', { noNewPrivileges: false }],
    ['seccomp=unconfined', { seccomp: 'unconfined' }],
    ['seccomp:unconfined', { seccomp: 'unconfined' }],
    ['seccomp=builtin', { seccomp: 'default' }],
    ['seccomp=/a=b.json', { seccomp: { file: '/a=b.json' } }],
    ['systempaths=unconfined', { unmasked: true }],
    ['label=disable', {}],
    ['label:disable', {}],
    ['apparmor=unconfined', {}],
  ],
  [
    [
      'no-new-privileges=perhaps',
      'invalid --security-opt: "no-new-privileges=perhaps". no-new-privileges is true or false',
    ],
    ...['', 'seccomp', 'seccomp=', 'apparmor=mine', 'label=level:x', 'systempaths=all', 'x'].map(
      (text) => [text, wrongOption(text)] as [string, string],
    ),
  ],
);

parser(
  'a place in the container',
  parseTarget,
  [
    ['/a', '/a'],
    ['/a/', '/a'],
    ['//a//b', '/a/b'],
    ['/a/./b/..', '/a'],
  ],
  [
    ['a', "invalid mount path: 'a' mount path must be absolute"],
    ['', "invalid mount path: '' mount path must be absolute"],
    ['/', "invalid specification: destination can't be '/'"],
    ['/..', "invalid specification: destination can't be '/'"],
  ],
);

parser(
  '--ulimit',
  parseUlimit,
  [
    ['nofile=1024', { type: 'RLIMIT_NOFILE', soft: 1024, hard: 1024 }],
    ['nofile=1024:2048', { type: 'RLIMIT_NOFILE', soft: 1024, hard: 2048 }],
    ['core=0', { type: 'RLIMIT_CORE', soft: 0, hard: 0 }],
    ['core=-1', { type: 'RLIMIT_CORE', soft: -1, hard: -1 }],
    ['core=5:-1', { type: 'RLIMIT_CORE', soft: 5, hard: -1 }],
  ],
  [
    ['', 'invalid ulimit argument: . Write it as nofile=1024:2048'],
    ['nofile', 'invalid ulimit argument: nofile. Write it as nofile=1024:2048'],
    ['files=1', /^invalid ulimit type: files\. It is none of core, cpu, data, /],
    ['nofile=', 'invalid limit "": it is neither a whole number nor -1'],
    ['nofile=many', 'invalid limit "many": it is neither a whole number nor -1'],
    ['nofile=-2', 'invalid limit "-2": it is neither a whole number nor -1'],
    ['nofile=1:2:3', 'too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`'],
    ['nofile=2:1', 'ulimit soft limit must be less than or equal to hard limit: 2 > 1'],
    ['nofile=-1:1', 'ulimit soft limit must be less than or equal to hard limit: -1 > 1'],
  ],
);

parser(
  'a capability',
  capabilityName,
  [
    ['ALL', 'ALL'],
    ['all', 'ALL'],
    ['net_raw', 'CAP_NET_RAW'],
    ['NET_RAW', 'CAP_NET_RAW'],
    ['CAP_NET_RAW', 'CAP_NET_RAW'],
    ['cap_net_raw', 'CAP_NET_RAW'],
  ],
  ['', 'FLY', 'CAP_FLY', 'NET RAW'].map((text) => [
    text,
    `unknown capability "${text}". It is ALL or one that \`man 7 capabilities\` lists, such as NET_ADMIN`,
  ]),
);
