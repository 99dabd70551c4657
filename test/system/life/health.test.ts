// --health-cmd: a command in the container tells whether that is well.

import { describe, expect, test } from 'vitest';
import { shimOf } from '../processes.ts';
import { slipway } from '../slipway.ts';
import { until } from '../until.ts';
import { background, statusOf } from './in-background.ts';

async function checked(
  name: string,
  command: string,
  flags: readonly string[] = [],
  script = 'exec sleep 1000',
): Promise<void> {
  await background(name, script, ['--health-cmd', command, '--health-interval', '50ms', ...flags]);
}

const inspect = async (name: string) =>
  JSON.parse((await slipway(['inspect', '-f', '{{json .State.Health}}', name])).stdout);
const becomes = (name: string, text: string) =>
  until(`${name} to be ${text}`, async () => (await statusOf(name)).endsWith(text));

describe('a health check', () => {
  test('that succeeds makes the container healthy, and one that fails three times unhealthy', async () => {
    await checked('patient', 'echo looked; test -e /well');
    await becomes('patient', '(unhealthy)');
    const ill = await inspect('patient');
    expect(ill.Status).toBe('unhealthy');
    expect(ill.FailingStreak).toBeGreaterThanOrEqual(3);
    expect(ill.Log.at(-1)).toMatchObject({ ExitCode: 1, Output: 'looked\n' });
    expect(ill.Log.length).toBeLessThanOrEqual(5);
    await slipway(['exec', 'patient', 'touch', '/well']);
    await becomes('patient', '(healthy)');
    expect((await inspect('patient')).FailingStreak).toBe(0);
    expect((await slipway(['ps', '-q', '-f', 'health=healthy'])).stdout).not.toBe('');
    expect((await slipway(['ps', '-q', '-f', 'health=unhealthy'])).stdout).toBe('');
  });

  test('leaves no process and no descriptor behind, and none while it is paused', async () => {
    const { readdirSync } = await import('node:fs');
    const descriptors = () => readdirSync(`/proc/${shimOf('patient')}/fd`).length;
    const count = () => inspect('patient').then(({ Log }) => Log.at(-1).Start as string);
    const [first, before] = [await count(), descriptors()];
    await until('some more checks', async () => (await count()) !== first);
    await slipway(['pause', 'patient']);
    await until('it to come to rest', async () => {
      const [one, two] = [await count(), await count()];
      return one === two;
    });
    expect(descriptors()).toBeLessThanOrEqual(before + 1);
    await slipway(['rm', '-f', 'patient']);
  });

  test('is starting until the first success; failures do not count within the start period', async () => {
    const flags = ['--health-start-period', '100s', '--health-start-interval', '30ms', '--health-retries', '1'];
    await checked('newborn', 'test -e /well', flags);
    await until('some failures', async () => (await inspect('newborn')).Log.length > 2);
    expect(await statusOf('newborn')).toMatch(/\(health: starting\)$/);
    expect((await inspect('newborn')).FailingStreak).toBe(0);
    await slipway(['exec', 'newborn', 'touch', '/well']);
    await becomes('newborn', '(healthy)');
  });

  test('that takes too long is ended, and has failed', async () => {
    await checked('slow', 'echo begun; sleep 1000', ['--health-timeout', '100ms', '--health-retries', '1']);
    await becomes('slow', '(unhealthy)');
    expect((await inspect('slow')).Log[0]).toMatchObject({
      ExitCode: -1,
      Output: 'Health check exceeded timeout (0.1s): begun\n',
    });
  });

  test('that cannot be run has failed', async () => {
    await checked('broken', '/no/such/program', ['--health-retries', '1']);
    await becomes('broken', '(unhealthy)');
    expect((await inspect('broken')).Log[0].ExitCode).toBe(127);
  });

  test('begins anew with each start', async () => {
    await slipway(['restart', '-t', '0', 'newborn']);
    await becomes('newborn', '(healthy)');
    await slipway(['stop', '-t', '0', 'newborn']);
    expect(await statusOf('newborn')).toMatch(/^Exited \(137\) [^(]+ ago$/);
  });

  test.each([
    [['--no-healthcheck', '--health-cmd', 'true'], '--no-healthcheck conflicts with --health-* options'],
    [['--health-interval', '-1s'], 'it cannot be negative'],
    [['--health-interval', '5'], 'invalid duration "5"'],
  ])('%j is refused', async (flags, sentence) => {
    const { code, stderr } = await slipway(['run', '-d', ...flags, 'box', 'true']);
    expect(code).toBe(125);
    expect(stderr).toContain(sentence);
  });
});
