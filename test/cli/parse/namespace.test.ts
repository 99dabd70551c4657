// Whose namespaces the container lives in.

import { parseIpcMode, parseMode, parseNamespaceTypes, parseNetworkMode } from '../../../src/cli/parse/namespace.ts';
import { parser } from './parser.ts';

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
