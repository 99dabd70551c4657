// --restart: the shim starts a container again.

import { describe, expect, test } from 'vitest';
import { pidOf, shimOf } from '../processes.ts';
import { slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { background, removeLater } from './in-background.ts';

const restarting = (name: string, policy: string, script: string) => background(name, script, ['--restart', policy]);

const inspect = async (name: string, format: string) => (await slipway(['inspect', '-f', format, name])).stdout.trim();
const state = (name: string) => inspect(name, '{{.State.Status}} {{.RestartCount}}');
const runs = async (name: string) => (await slipway(['logs', name])).stdout.split('\n').length - 1;

describe('--restart', () => {
  test('on-failure:3 starts one that fails three times more, and no further', async () => {
    await restarting('failing', 'on-failure:3', 'echo run; exit 9');
    await until('the last end', async () => (await state('failing')) === 'exited 3');
    expect(await runs('failing')).toBe(4);
    expect(await inspect('failing', '{{.State.ExitCode}} {{.HostConfig.RestartPolicy.Name}}')).toBe('9 on-failure');
  });

  test('on-failure leaves one that succeeds', async () => {
    await restarting('fine', 'on-failure', 'echo run');
    await slipway(['wait', 'fine']);
    await until('its end', async () => (await state('fine')) === 'exited 0');
    expect(await runs('fine')).toBe(1);
  });

  test('always goes on, by the same shim, until it is stopped', async () => {
    await restarting('endless', 'always', 'echo run; sleep 0.05');
    await until('some runs', async () => (await runs('endless')) > 3);
    expect((await slipway(['stop', '-t', '1', 'endless'])).code).toBe(0);
    const after = await runs('endless');
    expect(await state('endless')).toMatch(/^exited [3-9]/);
    expect((await slipway(['ps', '-q'])).stdout).toBe('');
    await slipway(['start', 'endless']);
    await until('it to go on', async () => (await runs('endless')) > after + 1);
    await slipway(['rm', '-f', 'endless']);
  });

  test('has a pause, in which it can be stopped, waited for and removed', async () => {
    await restarting('pausing', 'always', 'exit 4');
    await until('a long pause', async () => /^restarting [4-9]/.test(await state('pausing')));
    const before = await state('pausing');
    expect((await slipway(['exec', 'pausing', 'true'])).stderr).toContain('is not running');
    expect((await slipway(['start', 'pausing'])).stdout).toBe('pausing\n');
    expect(await slipway(['stop', 'pausing'])).toEqual({ code: 0, stdout: 'pausing\n', stderr: '' });
    expect(await state('pausing')).toBe(before.replace('restarting', 'exited'));
    await slipway(['start', 'pausing']);
    await until('a pause again', async () => (await state('pausing')).startsWith('restarting'));
    expect((await slipway(['rm', 'pausing'])).stderr).toContain('it is restarting');
    expect((await slipway(['rm', '-f', 'pausing'])).code).toBe(0);
  });

  test('of one that is killed by hand ends too, and of one whose program is killed goes on', async () => {
    await restarting('hit', 'unless-stopped', 'echo run; exec sleep 1000');
    const shim = shimOf('hit');
    process.kill(pidOf('hit'), 'SIGKILL');
    await until('the next run', async () => (await state('hit')) === 'running 1');
    expect(shimOf('hit')).toBe(shim);
    await slipway(['kill', 'hit']);
    await until('its end', async () => (await state('hit')) === 'exited 1');
  });

  test('ends with a SIGTERM to the shim, as when the machine is shut down', async () => {
    await restarting('shut', 'always', 'trap "exit 0" TERM; echo run; while :; do sleep 0.05; done');
    await until('it to run', async () => (await runs('shut')) === 1);
    process.kill(shimOf('shut'), 'SIGTERM');
    await until('its end', async () => (await state('shut')) === 'exited 0');
  });

  test('has whoever stays with it go at its first end', async () => {
    removeLater('stayed');
    const result = await slipway([
      'run',
      '--name',
      'stayed',
      '--restart',
      'always',
      'box',
      'sh',
      '-c',
      'echo run; exit 5',
    ]);
    expect(result).toEqual({ code: 5, stdout: 'run\n', stderr: '' });
    await until('the next run', async () => (await runs('stayed')) > 1);
    await slipway(['stop', '-t', '0', 'stayed']);
  });

  test('each run is a whole one: files stay, processes and cgroup are new', async () => {
    await restarting(
      'whole',
      'on-failure:2',
      'echo x >>/f; wc -l </f; sleep 1000 & until ps | grep "sleep 100[0]$" >/p; do :; done; wc -l </p; exit 1',
    );
    await until('the last end', async () => (await state('whole')) === 'exited 2');
    expect((await slipway(['logs', 'whole'])).stdout.replaceAll(/ /g, '')).toBe('1\n1\n2\n1\n3\n1\n');
  });

  test('does not go with --rm, or with what is no policy', async () => {
    const both = await slipway(['run', '--rm', '--restart', 'always', 'box', 'true']);
    expect(both.stderr).toBe('slipway: conflicting options: cannot specify both --restart and --rm\n');
    expect((await slipway(['run', '--restart', 'often', 'box', 'true'])).stderr).toContain("unknown policy 'often'");
  });

  test('logs -f ends with the run that it looks at', async () => {
    await restarting('followed', 'always', 'echo run; sleep 0.3');
    await using reader = start(['logs', '-f', 'followed']);
    expect((await reader.ended).stdout).toMatch(/^(run\n)+$/);
  });
});
