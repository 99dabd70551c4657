// How a user stays with a container.

import { parseDetachKeys, parseStream } from '../../../src/cli/parse/attach.ts';
import { parser } from './parser.ts';

parser(
  'a stream',
  parseStream,
  [
    ['stdin', 'stdin'],
    ['STDOUT', 'stdout'],
    ['stderr', 'stderr'],
  ],
  [['stdlog', 'valid streams are STDIN, STDOUT and STDERR']],
);

parser(
  'detach keys, as codes',
  (text) => [...parseDetachKeys(text)],
  [
    ['', [16, 17]],
    ['ctrl-p,ctrl-q', [16, 17]],
    ['a', [97]],
    ['ctrl-a,x', [1, 120]],
    ['ctrl-@', [0]],
    ['ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_', [27, 28, 29, 30, 31]],
    ['DEL', [127]],
  ],
  [
    ['ctrl-', /^invalid detach keys \(ctrl-\)/],
    ['ctrl-P', /^invalid detach keys \(ctrl-P\)/],
    ['ctrl-1', /invalid/],
    ['ab', /^invalid detach keys \(ab\)/],
    ['a,,b', /invalid/],
    ['ü', /invalid/],
  ],
);
