// Where in the container something is mounted.

import { parseTarget } from '../../../src/cli/parse/target.ts';
import { parser } from './parser.ts';

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
