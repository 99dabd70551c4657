// `slipway run`, from the user's side: words in, output and exit code out.

import { describe, expect, test } from 'vitest';
import { slipway } from './slipway.ts';
import { ordinaryUser } from './users.ts';

describe('a first start', () => {
  test('prints what the program prints, and ends with its exit code', async () => {
    const { code, stdout, stderr } = await slipway([
      'run',
      '--rm',
      'box',
      'sh',
      '-c',
      'echo out; echo err >&2; exit 7',
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  test('is the same for an ordinary user', async () => {
    const result = await slipway(['run', '--rm', 'box', 'id', '-u'], { user: ordinaryUser() });
    expect(result).toEqual({ code: 0, stdout: '0\n', stderr: '' });
  });
});
