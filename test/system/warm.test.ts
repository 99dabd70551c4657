// Many starts from one process that runs on, as a server's would: its memory is that of a busy program, and V8 has work
// for its event loop at any moment, also in the children.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('forty starts from one process all run to their end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-warm-'));
  try {
    const env = { ...process.env, SLIPWAY_ROOT: join(folder, 'root'), SLIPWAY_RUN: join(folder, 'run') };
    const times = execFileSync('scripts/node.sh', ['bench/warm.ts', '30'], { env, encoding: 'utf8' });
    expect(JSON.parse(times)).toHaveLength(30); // and ten to warm up; it ends with an error when one fails
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
