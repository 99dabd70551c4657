// Names that people choose.

import { parseCgroupParent, parseContainerName, parseHostname, parseVolumeName } from '../../../src/cli/parse/name.ts';
import { parser } from './parser.ts';

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
