// Lines of CSV.

import { splitCsv } from '../../../src/cli/parse/csv.ts';
import { parser } from './parser.ts';

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
