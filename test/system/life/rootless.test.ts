// The life of a container of an ordinary user, who has no cgroup as a rule.

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { pidOf, shimOf } from '../processes.ts';
import { slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';

const user = ordinaryUser();
const ours = (...words: string[]) => slipway(words, { user });
const names = ['theirs', 'loop', 'well'];
afterAll(() => ours('rm', '-f', ...names));

const format = async (name: string, template: string) => (await ours('inspect', '-f', template, name)).stdout.trim();

describe('without root', () => {
  test('a container runs in the background, with log, clients and end', async () => {
    const script = 'trap "echo bye; exit 4" TERM; echo ready; while read x; do echo got $x; done; sleep 1000 & wait';
    expect((await ours('run', '-di', '--name', 'theirs', 'box', 'sh', '-c', script)).stderr).toBe('');
    await until('it to be ready', async () => (await ours('logs', 'theirs')).stdout === 'ready\n');
    await using visitor = start(['attach', 'theirs'], { user });
    visitor.child.stdin.write('it\n');
    await visitor.says('got it');
    expect((await ours('top', 'theirs', '-o', 'pid,args')).stdout).toContain('sh -c trap');
    expect((await ours('exec', '-d', 'theirs', 'sh', '-c', 'echo hi >/tmp/x')).code).toBe(0);
    expect((await ours('stats', '--no-stream', '--format', '{{.Name}}')).stdout).toBe('theirs\n');
    await ours('stop', 'theirs');
    expect(await visitor.ended).toMatchObject({ code: 4, stdout: 'got it\nbye\n' });
    expect(await format('theirs', '{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 4');
    await ours('start', 'theirs');
    expect(await format('theirs', '{{.State.Status}}')).toBe('running');
    expect((await ours('diff', 'theirs')).stdout).toContain('A /tmp/x');
    await ours('rm', '-f', 'theirs');
  });

  test('to pause wants a cgroup, and says so', async () => {
    await ours('run', '-d', '--name', 'theirs', 'box', 'sleep', '1000');
    const { code, stderr } = await ours('pause', 'theirs');
    if (code !== 0) expect(stderr).toContain('to pause needs a cgroup');
    else expect((await ours('unpause', 'theirs')).code).toBe(0);
    await ours('rm', '-f', 'theirs');
  });

  test('the shim restarts and probes, and takes its container with it', async () => {
    await ours('run', '-d', '--name', 'loop', '--restart', 'on-failure:2', 'box', 'sh', '-c', 'echo run; exit 1');
    await until(
      'the last end',
      async () => (await format('loop', '{{.State.Status}} {{.RestartCount}}')) === 'exited 2',
    );
    expect((await ours('logs', 'loop')).stdout).toBe('run\nrun\nrun\n');
    const health = ['--health-cmd', 'true', '--health-interval', '50ms'];
    await ours('run', '-d', '--name', 'well', ...health, 'box', 'sleep', '1000');
    await until('health', async () => (await format('well', '{{.State.Health.Status}}')) === 'healthy');
    const pid = pidOf('well', user);
    process.kill(shimOf('well', user), 'SIGKILL');
    await until('its end', async () => (await format('well', '{{.State.Status}}')) === 'exited');
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : 'Z';
    expect(stat).toMatch(/\bZ\b/); // at most its corpse
  });

  test('events are told, of one user to that one alone', async () => {
    const { stdout } = await ours('events', '--since', '1h', '--until', '0s', '--format', '{{.Actor.Attributes.name}}');
    expect(stdout).toContain('theirs\n');
    expect((await slipway(['events', '--since', '1h', '--until', '0s'])).stdout).not.toContain('theirs');
  });
});
