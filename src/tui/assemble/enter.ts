// Hands the terminal to a shell in the container that the switches make. It runs in the guard, whatever is switched off:
// what a leak lets the shell reach is the guard, which looks like this machine and is thrown away afterwards.
//
// In the guard inside.ts makes the container and looks at it. What it sees it tells us by a socket. When we end, whatever
// ends us, so does the socket; inside.ts notices, and the guard goes.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HOME, SLIPWAY } from '../../learn/home.ts';
import type { Text } from '../../learn/text.ts';
import { handOver } from '../hand-over.ts';
import type { Choice } from './choice.ts';
import type { Told } from './inside.ts';
import type { Finding } from './isolation.ts';

export interface Visit {
  exitCode: number;
  /** Undefined when the container never ran, or for too short a time. */
  findings: Finding[] | undefined;
  /** What `slipway` had to say. */
  said: string;
}

/** Called while our screen is away (src/tui/away.ts). */
export async function enter(choice: Choice, greeting: string): Promise<Visit> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-assemble-'));
  const socket = join(folder, 'socket');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove); // also when we are ended before the guard is
  const told: Told = {};
  let heard: Promise<unknown> = Promise.resolve();
  const server = createServer((connection) => {
    heard = hear(connection, (more) => Object.assign(told, more));
  });
  try {
    await once(server.listen(socket), 'listening');
    process.stdout.write(`${greeting}\n`);
    const program = [join(HOME, 'scripts/node.sh'), join(HOME, 'src/tui/assemble/inside.ts'), socket, ...choice];
    // The shell is not ended after a time: looking around takes as long as it takes.
    const guard = ['guard', '--tty', '--seconds', '0', '--folder', folder, ...program];
    const { exitCode, said } = await handOver(SLIPWAY, guard, true);
    await heard;
    // What the guard itself lacks matters only where there was none.
    return { exitCode, findings: told.findings, said: told.said ?? (told.findings ? '' : said) };
  } finally {
    server.close();
    process.off('exit', remove);
    remove();
  }
}

async function hear(connection: Socket, take: (told: Told) => void): Promise<void> {
  connection.on('error', () => {}); // `close` follows
  createInterface(connection).on('line', (line) => take(JSON.parse(line)));
  await once(connection, 'close');
}

/** What a learner reads before the shell's first prompt. */
export const GREETING: Text = {
  en: 'This is a shell in the container. Look around: hostname; id; ps; ls /. Break what you like: its host is the guard, a copy of this machine that is thrown away. `exit` leads back.',
  zh: '现在是容器里的 shell。四处看看：hostname; id; ps; ls /。尽管搞破坏：它的宿主机是 guard，即这台机器的一份用完就丢的副本。输入 exit 返回。',
};
