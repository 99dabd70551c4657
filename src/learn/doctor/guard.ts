// The proof of all other answers: the guard, and a container in it, as every lesson runs them. They are kept in a folder of
// their own, beside where containers are kept else, and it is gone afterwards.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { poll } from '../../linux/poll.ts';
import { namesIn } from '../../runtime/disk.ts';
import { rootFolder } from '../../runtime/places.ts';
import { SLIPWAY } from '../home.ts';
import { type Finding, good, type Question } from './question.ts';
import { inTrialFolder } from './trial-folder.ts';

const WORDS = ['guard', 'slipway', 'run', '--rm', 'box', 'true'];

export const guardWorks: Question = {
  name: 'guard',
  title: { en: 'guard', zh: '沙箱 guard' },
  ask() {
    try {
      return inTrialFolder(rootFolder(), runInGuard);
    } catch (error) {
      return refused((error as Error).message); // no folder could be made
    }
  },
};

function runInGuard(folder: string): Finding {
  const env = { ...process.env, SLIPWAY_ROOT: join(folder, 'root'), SLIPWAY_RUN: join(folder, 'run') };
  const { status, stderr } = spawnSync(SLIPWAY, WORDS, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  waitUntilEmpty(join(folder, 'root/trash'));
  if (status === 0) return good({ en: 'runs a container', zh: '可以运行容器' });
  const [last = ''] = stderr.trim().split('\n').slice(-1); // before it come notices, of limits that cannot be had
  return refused(last.replace(/^slipway: /, ''));
}

const PATIENCE_MS = 5000;
const PAUSE_MS = 5;

/** Whoever runs a container does not wait for its files to be deleted; we do, since the folder goes next. */
function waitUntilEmpty(folder: string): void {
  const deadline = Date.now() + PATIENCE_MS;
  while (namesIn(folder).length > 0 && Date.now() < deadline) poll([], PAUSE_MS);
}

function refused(message: string): Finding {
  return { state: 'bad', seen: { en: message, zh: message } };
}
