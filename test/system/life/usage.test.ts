// stats, update and diff: what containers use and change, and other limits for them.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { detectHierarchies } from '../../../src/cgroups/detect.ts';
import { slipway, start } from '../slipway.ts';
import { until } from '../until.ts';

beforeAll(async () => {
  const script = 'echo new >/etc/new; rm /etc/passwd; mkdir /d; while :; do :; done';
  await slipway(['run', '-d', '--name', 'busy', '-m', '64m', 'box', 'sh', '-c', script]);
  await slipway(['run', '-d', '--name', 'idle', 'box', 'sleep', '1000']);
  await slipway(['create', '--name', 'made', '-m', '32m', 'box', 'true']);
});
afterAll(() => slipway(['rm', '-f', 'busy', 'idle', 'made', 'looping']));

const id = async (name: string) => (await slipway(['inspect', '-f', '{{.Id}}', name])).stdout.trim();

/** A file of a container's cgroup, by its name on v1 or that on v2. */
async function cgroupFile(name: string, v1: string, v2: string): Promise<string> {
  const path = join('slipway', await id(name));
  const files = detectHierarchies().map(({ mountPoint, version }) => join(mountPoint, path, version === 1 ? v1 : v2));
  return readFileSync(files.find(existsSync) as string, 'utf8').trim();
}

describe('stats', () => {
  test('shows what runs, once', async () => {
    const { stdout } = await slipway(['stats', '--no-stream']);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    const titles = ['CONTAINER ID', 'NAME', 'CPU %', 'MEM USAGE / LIMIT', 'MEM %', 'NET I/O', 'BLOCK I/O', 'PIDS'];
    expect(head?.split(/ {2,}/)).toEqual(titles);
    expect(rows.map((row) => row.split(/ {2,}/)[1])).toEqual(['idle', 'busy']);
    expect(rows[1]).toMatch(/ [\d.]+[KM]iB \/ 64MiB +[\d.]+% +0B \/ 0B +.* 1$/);
  });

  test('shows those that are named, and -a all', async () => {
    const names = async (...words: string[]) =>
      (await slipway(['stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}}', ...words])).stdout;
    expect(await names('busy')).toBe('busy 1\n');
    expect(await names('-a')).toBe('made 0\nidle 1\nbusy 1\n');
    expect((await slipway(['stats', '--no-stream', 'nosuch'])).code).toBe(1);
  });

  test('measures how busy a processor is', async () => {
    const { stdout } = await slipway(['stats', '--no-stream', '--format', '{{.Name}} {{.CPUPerc}}']);
    const percents = Object.fromEntries(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')),
    );
    expect(percents.idle).toBe('0.00%');
    expect(Number.parseFloat(percents.busy)).toBeGreaterThan(5);
  });

  test('draws its table anew each second', async () => {
    await using live = start(['stats']);
    await until('two tables', () => live.stdout.split('\x1b[H').length > 2);
    expect(live.stdout.startsWith('\x1b[HCONTAINER ID ')).toBe(true);
    expect(live.stdout).toContain('\x1b[K\n');
    live.kill('SIGINT');
    expect((await live.ended).code).toBe(130);
  });
});

describe('update', () => {
  test('changes limits of one that runs, at once', async () => {
    const words = ['--memory', '128m', '--memory-swap', '256m', '--pids-limit', '77', '--cpus', '0.5'];
    expect(await slipway(['update', ...words, 'busy'])).toEqual({ code: 0, stdout: 'busy\n', stderr: '' });
    expect(await cgroupFile('busy', 'memory.limit_in_bytes', 'memory.max')).toBe(String(128 * 1024 * 1024));
    expect(await cgroupFile('busy', 'pids.max', 'pids.max')).toBe('77');
    const format = '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.NanoCpus}}';
    expect((await slipway(['inspect', '-f', format, 'busy'])).stdout).toBe('134217728 77 500000000\n');
    await slipway(['restart', '-t', '0', 'busy']);
    expect(await cgroupFile('busy', 'pids.max', 'pids.max')).toBe('77');
  });

  test('changes those of one that does not, for its next start', async () => {
    await slipway(['update', '--memory', '48m', '--memory-swap', '-1', 'made']);
    expect((await slipway(['inspect', '-f', '{{.HostConfig.Memory}}', 'made'])).stdout).toBe(`${48 * 1024 * 1024}\n`);
    expect((await slipway(['start', '-a', 'made'])).code).toBe(0);
  });

  test('changes the restart policy, which the shim then has', async () => {
    await slipway(['run', '-d', '--name', 'looping', '--restart', 'always', 'box', 'sh', '-c', 'sleep 0.1']);
    await slipway(['update', '--restart', 'no', 'looping']);
    await until('its end', async () => (await slipway(['ps', '-q', '-f', 'name=looping'])).stdout === '');
    expect((await slipway(['inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', 'looping'])).stdout).toBe('no\n');
  });

  test('refuses what contradicts itself, and changes nothing then', async () => {
    const { code, stderr } = await slipway(['update', '--memory', '1g', 'busy']);
    expect(code).toBe(1);
    expect(stderr).toContain('--memory-swap limit should be larger than the --memory limit');
    expect((await slipway(['inspect', '-f', '{{.HostConfig.Memory}}', 'busy'])).stdout).toBe('134217728\n');
    expect((await slipway(['update', 'busy'])).stderr).toContain('you must provide one or more flags');
    expect((await slipway(['update', '--pids-limit', '5', 'nosuch'])).code).toBe(1);
  });
});

describe('diff', () => {
  test('shows what was added, changed and deleted', async () => {
    expect((await slipway(['diff', 'busy'])).stdout).toBe('A /d\nC /etc\nA /etc/new\nD /etc/passwd\n');
    expect(await slipway(['diff', 'idle'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('of what has no layers cannot be told', async () => {
    await slipway(['create', '--name', 'plain', '--rootfs', '/usr', '/bin/true']);
    expect((await slipway(['diff', 'plain'])).stderr).toContain('has no layers');
    await slipway(['rm', 'plain']);
    expect((await slipway(['diff', 'nosuch'])).code).toBe(1);
  });
});
