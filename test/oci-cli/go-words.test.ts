// Command lines in the order and with the dashes that runc takes too.

import { expect, test } from 'vitest';
import { asIs, toggle, value } from '../../src/cli/flag-kinds.ts';
import { inOurOrder } from '../../src/oci-cli/go-words.ts';

const TABLE = {
  bundle: value('DIR', '', asIs, { short: 'b' }),
  force: toggle('', { short: 'f' }),
  'pid-file': value('FILE', '', asIs),
};

test.each([
  ['--bundle /b id', '--bundle /b -- id'],
  ['-bundle /b -force id', '--bundle /b --force -- id'],
  ['-pid-file=/p id', '--pid-file=/p -- id'],
  ['id -f', '-f -- id'],
  ['id -b /b --force', '-b /b --force -- id'],
  ['id --bundle=/b', '--bundle=/b -- id'],
  ['-f -- -id', '-f -- -id'],
  ['id -nothing', '-nothing -- id'],
  ['id -', '-- id -'],
  ['id -b', '-b -- id'],
  ['', '--'],
])('%s', (line, wanted) => {
  expect(inOurOrder(TABLE, line.split(' ').filter(Boolean), false).join(' ')).toBe(wanted);
});

test('what another program is to be told stays as it is', () => {
  const words = ['-force', 'id', 'sh', '-bundle', '--force', '--', '-f'];
  expect(inOurOrder(TABLE, words, true)).toEqual(['--force', '--', ...words.slice(1)]);
});
