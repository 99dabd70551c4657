// Docker's flags: each verb has all that Docker's has, under the same names and letters, or says why not.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SLIPWAY = fileURLToPath(new URL('../../slipway', import.meta.url));

/** Taken from the help of Docker 28; `run` has a test of its own (help.test.ts). */
const DOCKERS: Record<string, string> = {
  attach: '--detach-keys --no-stdin --sig-proxy',
  cp: '-a --archive -L --follow-link -q --quiet',
  diff: '',
  events: '-f --filter --format --since --until',
  exec: '-d --detach --detach-keys -e --env --env-file -i --interactive --privileged -t --tty -u --user -w --workdir',
  inspect: '-f --format -s --size --type',
  kill: '-s --signal',
  logs: '--details -f --follow --since -n --tail -t --timestamps --until',
  pause: '',
  port: '',
  ps: '-a --all -f --filter --format -n --last -l --latest --no-trunc -q --quiet -s --size',
  rename: '',
  restart: '-s --signal -t --timeout',
  rm: '-f --force --link -v --volumes',
  start: '-a --attach --checkpoint --checkpoint-dir --detach-keys -i --interactive',
  stats: '-a --all --format --no-stream --no-trunc',
  stop: '-s --signal -t --timeout',
  top: '',
  unpause: '',
  update:
    '--blkio-weight --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime -c --cpu-shares --cpus --cpuset-cpus --cpuset-mems -m --memory --memory-reservation --memory-swap --pids-limit --restart',
  wait: '',
  'container prune': '--filter -f --force',
};

describe.each(Object.entries(DOCKERS))('%s', (verb, flags) => {
  test('has the flags of Docker', () => {
    const { stdout } = spawnSync(SLIPWAY, [verb, '--help'], { encoding: 'utf8' });
    const words = new Set(stdout.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g));
    expect(flags.split(' ').filter((flag) => flag !== '' && !words.has(flag))).toEqual([]);
  });
});
