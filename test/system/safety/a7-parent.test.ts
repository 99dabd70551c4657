// A7: a container does not outlive the process that made it, however early that is killed.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { homeOf, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { lacksStrace, parentOf, processOpening, startHeld, startHeldAt } from './held.ts';
import { idle } from './idle.ts';
import { rootfs } from './traps.ts';

interface Process {
  pid: number;
  parent: number;
  isOurs: boolean;
  namespace: string;
}

function processes(): Process[] {
  const mark = `SLIPWAY_ROOT=${homeOf().SLIPWAY_ROOT}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        const isOurs = readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark);
        return [{ pid: Number(name), parent: Number(parent), isOurs, namespace: readlinkSync(`/proc/${name}/ns/pid`) }];
      } catch {
        return []; // it has ended, or is more than root
      }
    });
}

const host = readlinkSync('/proc/self/ns/pid');

/** The first process of the container that is being made: it has forgotten its environment, but not its parent. */
function init(): Process | undefined {
  const all = processes();
  const ours = new Set(all.filter(({ isOurs }) => isOurs).map(({ pid }) => pid));
  return all.find(({ namespace, parent }) => namespace !== host && ours.has(parent));
}

test.skipIf(lacksStrace).each([
  ['before it has asked for it', 'inject=prctl:delay_enter=1s:when=1'],
  ['after its ids have changed', 'inject=setresuid:delay_exit=1s:when=1'],
])('A7: init dies when its shim is killed %s', async (_, hold) => {
  await using held = startHeld(['-e', hold], ['run', '--rm', '-u', '1000', 'box', 'sleep', '100']);
  const { pid, parent } = await until('init', init);
  if (hold.includes('setresuid')) await until('the new user', () => uidOf(pid) === 1000);
  process.kill(parent, 'SIGKILL');
  expect((await held.ended).code).not.toBe(0);
  await until('init to be gone', () => !readdirSync('/proc').includes(String(pid)));
  await slipway(['clean']);
});

function uidOf(pid: number): number | undefined {
  try {
    return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** True once it is being killed: strace, which holds it, may hold its end up as well. */
function isKilled(pid: number): boolean {
  try {
    const pending = /^ShdPnd:\s+(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (BigInt(`0x${pending}`) & (1n << 8n)) !== 0n;
  } catch {
    return true; // it is gone
  }
}

describe.skipIf(lacksStrace)('A7: while the image keeps a process waiting, it is killed with its parent:', () => {
  async function killParent(root: string, args: string[]): Promise<void> {
    await using _held = startHeldAt('/etc/passwd', args, { seconds: 60 });
    const pid = await until('it to reach /etc/passwd', () => processOpening('/etc/passwd', root));
    expect(isKilled(pid)).toBe(false);
    process.kill(parentOf(pid), 'SIGKILL');
    await until('its end', () => isKilled(pid));
  }

  test('init', async () => {
    const root = rootfs();
    await killParent(root, ['run', '--rm', '--rootfs', root, 'true']);
    await slipway(['clean']);
  });

  test('what exec brings in', async () => {
    const root = rootfs();
    await using _box = await idle('a7e', ['--rootfs', root]);
    await killParent(root, ['exec', 'a7e', 'true']);
  });
});

test('A7: a program dies with its shim', async () => {
  await using box = start(['run', '--name', 'a7', '-u', '1000', 'box', 'sh', '-c', 'echo ready; exec sleep 100']);
  await box.says('ready');
  const { pid, parent } = await until('the program', init);
  process.kill(parent, 'SIGKILL');
  await until('the program to be gone', () => !readdirSync('/proc').includes(String(pid)));
  expect((await box.ended).code).toBe(125);
});
