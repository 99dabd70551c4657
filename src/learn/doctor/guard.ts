// The proof of all other answers: the guard, and a container in it, as every lesson runs them. They are kept in a folder of
// their own, beside where containers are kept else, and it is gone afterwards.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { rootFolder } from '../../runtime/places.ts';
import { HOME } from '../home.ts';
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
  const { status, stderr } = spawnSync(join(HOME, 'slipway'), WORDS, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return good({ en: 'runs a container', zh: '可以运行容器' });
  const [last = ''] = stderr.trim().split('\n').slice(-1); // before it come notices, of limits that cannot be had
  return refused(last.replace(/^slipway: /, ''));
}

function refused(message: string): Finding {
  return { state: 'bad', seen: { en: message, zh: message } };
}
