// The help texts, whole, as a user reads them in a terminal of 80 columns.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { wrap } from '../../src/cli/flag-lines.ts';
import { RUN_FLAGS, RUN_FLAGS_LATER } from '../../src/cli/run-flags.ts';
import { mistake } from '../mistake.ts';

const SLIPWAY = fileURLToPath(new URL('../../slipway', import.meta.url));

/** What the command line prints. */
function printed(...words: string[]): string {
  const { stdout, stderr, status } = spawnSync(SLIPWAY, words, { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

describe('help', () => {
  test('names every command', () => {
    const text = printed('help');
    expect(text).toMatchSnapshot();
    for (const { name, isLong } of COMMANDS) if (!isLong) expect(text).toContain(`\n  ${name} `);
    for (const words of [[], ['--help'], ['-h'], ['help', 'help']]) expect(printed(...words)).toBe(text);
  });

  test.each(COMMANDS.map(({ name }) => name).filter((name) => !['help', 'version'].includes(name)))('of %s', (name) => {
    const text = printed(name, '--help');
    expect(printed('help', name)).toBe(text);
    expect(printed(name, '-h')).toBe(text);
    expect(text).toMatchSnapshot();
    for (const line of text.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
      expect(line).toBe(line.trimEnd());
    }
  });

  test('breaks lines between words', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('one', 1)).toEqual(['one']);
    expect(wrap('', 5)).toEqual(['']);
  });
});

describe('the flags of `docker run`', () => {
  /** Taken from `docker run --help` of Docker 29. */
  const DOCKERS =
    `add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile
    cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems detach
    detach-keys device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops
    disable-content-trust dns dns-option dns-search domainname entrypoint env env-file expose gpus group-add health-cmd
    health-interval health-retries health-start-interval health-start-period health-timeout hostname init interactive
    io-maxbandwidth io-maxiops ip ip6 ipc isolation kernel-memory label label-file link link-local-ip log-driver log-opt
    mac-address memory memory-reservation memory-swap memory-swappiness mount name network network-alias no-healthcheck
    oom-kill-disable oom-score-adj pid pids-limit platform privileged publish publish-all pull quiet read-only restart rm
    runtime security-opt shm-size sig-proxy stop-signal stop-timeout storage-opt sysctl tmpfs tty ulimit use-api-socket
    user userns uts volume volume-driver volumes-from workdir`.split(/\s+/);

  const SHORT = {
    a: 'attach',
    c: 'cpu-shares',
    d: 'detach',
    e: 'env',
    h: 'hostname',
    i: 'interactive',
    l: 'label',
    m: 'memory',
    p: 'publish',
    P: 'publish-all',
    q: 'quiet',
    t: 'tty',
    u: 'user',
    v: 'volume',
    w: 'workdir',
  };

  const all = { ...RUN_FLAGS, ...RUN_FLAGS_LATER };

  test('are all there, or refused with a sentence of their own', () => {
    expect(DOCKERS.filter((name) => !Object.hasOwn(all, name))).toEqual([]);
    expect(Object.keys(RUN_FLAGS_LATER).filter((name) => !DOCKERS.includes(name))).toEqual([]);
  });

  test('have Docker’s short names', () => {
    const ours = Object.entries(all).flatMap(([name, { short }]) => (short === undefined ? [] : [[short, name]]));
    expect(Object.fromEntries(ours)).toEqual(SHORT);
  });

  test.each(Object.entries(RUN_FLAGS_LATER))('--%s names itself when it is refused', (name, flag) => {
    expect(mistake(() => flag.take(undefined as never, 'x'))).toMatch(
      new RegExp(`--${name}\\b.*(later|not there|Windows|gone)`),
    );
  });
});

test('the version is that of package.json', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const words of [['version'], ['--version'], ['-v']]) {
    expect(printed(...words)).toMatch(new RegExp(`^slipway ${version} \\(Node \\d+\\.\\d+\\.\\d+, (x64|arm64)\\)\n$`));
  }
});
