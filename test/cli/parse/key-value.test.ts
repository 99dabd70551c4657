// NAME=value in its several uses.

import { parseAddress, parseExtraHost, parseLabel, parseSysctl } from '../../../src/cli/parse/key-value.ts';
import { parser } from './parser.ts';

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
