// Containers in the background on a kernel with cgroup v2 alone.

import { expect, test } from 'vitest';
import { describeInVm, PATIENCE } from './in-vm.ts';

describeInVm('containers in the background on cgroup v2', {}, (run) => {
  const slipway = (...words: string[]) => run(['slipway', ...words]);
  const start = (name: string, script: string, ...flags: string[]) =>
    slipway('run', '-d', '--name', name, ...flags, 'box', 'sh', '-c', script);
  const look = async (format: string, name: string) => (await slipway('inspect', '-f', format, name)).stdout.trim();
  const limit = async (name: string, file: string) =>
    (await run(['cat', `/sys/fs/cgroup/slipway/${await look('{{.Id}}', name)}/${file}`])).stdout.trim();

  test('have a log, are stopped, and started again', async () => {
    await start('web', 'trap "echo bye; exit 3" TERM; echo hello; while :; do sleep 0.1; done');
    await expect.poll(async () => (await slipway('logs', 'web')).stdout, PATIENCE).toBe('hello\n');
    expect(await slipway('stop', '-t', '60', 'web')).toEqual({ code: 0, stdout: 'web\n', stderr: '' });
    expect(await look('{{.State.Status}} {{.State.ExitCode}}', 'web')).toBe('exited 3');
    expect((await slipway('start', 'web')).code).toBe(0);
    expect(await look('{{.State.Status}}', 'web')).toBe('running');
    expect((await slipway('rm', '-f', 'web')).code).toBe(0);
  });

  test('are paused by the freezer, and a paused one can be stopped', async () => {
    await start('cold', 'trap "exit 4" TERM; while :; do sleep 0.1; done');
    expect(await slipway('pause', 'cold')).toEqual({ code: 0, stdout: 'cold\n', stderr: '' });
    expect(await limit('cold', 'cgroup.events')).toContain('frozen 1');
    expect((await slipway('ps', '--format', '{{.Status}}')).stdout).toMatch(/\(Paused\)$/m);
    await slipway('unpause', 'cold');
    expect(await limit('cold', 'cgroup.events')).toContain('frozen 0');
    await slipway('pause', 'cold');
    await slipway('stop', '-t', '60', 'cold');
    expect(await look('{{.State.ExitCode}}', 'cold')).toBe('4');
    await slipway('rm', 'cold');
  });

  test('get other limits while they run, and keep them', async () => {
    await start('tight', 'sleep 1000', '-m', '64m');
    const flags = ['-m', '96m', '--memory-swap', '128m', '--cpus', '0.5', '--pids-limit', '30', '-c', '2048'];
    expect(await slipway('update', ...flags, 'tight')).toEqual({ code: 0, stdout: 'tight\n', stderr: '' });
    const files = ['memory.max', 'memory.swap.max', 'cpu.max', 'pids.max', 'cpu.weight'];
    const read = async () =>
      Object.fromEntries(await Promise.all(files.map(async (file) => [file, await limit('tight', file)])));
    const wanted = {
      'memory.max': String(96 * 2 ** 20),
      'memory.swap.max': String(32 * 2 ** 20),
      'cpu.max': '50000 100000',
      'pids.max': '30',
      'cpu.weight': expect.stringMatching(/^\d+$/),
    };
    const first = await read();
    expect(first).toEqual(wanted);
    await slipway('restart', '-t', '0', 'tight');
    expect(await read()).toEqual(first);
    const { stdout } = await slipway('stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}} {{.PIDs}}');
    expect(stdout).toMatch(/^tight [\d.]+[KM]iB \/ 96MiB \d+$/m);
    await slipway('rm', '-f', 'tight');
  });

  test('are restarted, and end with their shim', async () => {
    await start('again', 'echo run; exit 3', '--restart', 'on-failure:2');
    expect((await slipway('wait', 'again')).stdout).toBe('3\n');
    await expect.poll(() => look('{{.RestartCount}} {{.State.Status}}', 'again'), PATIENCE).toBe('2 exited');
    expect((await slipway('logs', 'again')).stdout).toBe('run\nrun\nrun\n');
    await start('orphan', 'sleep 1000');
    const pid = await look('{{.State.Pid}}', 'orphan');
    await run(['sh', '-c', `kill -9 $(grep PPid /proc/${pid}/status | tr -dc 0-9)`]);
    await expect.poll(() => look('{{.State.Status}} {{.State.ExitCode}}', 'orphan'), PATIENCE).toBe('exited 137');
    expect((await slipway('rm', 'again', 'orphan')).code).toBe(0);
  });

  test('leave no cgroup', async () => {
    const cgroups = async () => (await run(['find', '/sys/fs/cgroup/slipway', '-mindepth', '1', '-type', 'd'])).stdout;
    await expect.poll(cgroups, PATIENCE).toBe('');
  });
});
