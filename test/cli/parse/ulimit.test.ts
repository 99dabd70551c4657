// --ulimit.

import { parseUlimit } from '../../../src/cli/parse/ulimit.ts';
import { parser } from './parser.ts';

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
