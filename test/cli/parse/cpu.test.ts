// Processors: how many, and which.

import { parseCpuList, parseCpus } from '../../../src/cli/parse/cpu.ts';
import { parser } from './parser.ts';

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
