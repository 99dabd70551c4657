// top, port, inspect, exec -d, prune, and the long forms.

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pidOf, shimOf } from '../processes.ts';
import { slipway } from '../slipway.ts';
import { until } from '../until.ts';

beforeAll(async () => {
  const flags = ['-l', 'a=b', '-e', 'X=1', '--memory', '64m', '-v', 'store:/data', '--hostname', 'here'];
  await slipway(['run', '-d', '--name', 'main', ...flags, 'box', 'sh', '-c', 'sleep 2000 & exec sleep 1000']);
});
afterAll(() => slipway(['rm', '-f', 'main', 'old', 'kept', 'labelled', 'prefixed']));

describe('top', () => {
  test("shows the container's processes alone, as ps does", async () => {
    const { stdout } = await until('both', async () => {
      const result = await slipway(['top', 'main']);
      return result.stdout.includes('sleep 1000') && result;
    });
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head?.split(/ +/)).toEqual(['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']);
    expect(rows.map((row) => row.slice(-10)).toSorted()).toEqual(['sleep 1000', 'sleep 2000']);
    expect((await slipway(['top', 'main', '-o', 'pid,comm'])).stdout).toMatch(
      /^PID +COMMAND\n\d+ +sleep\n\d+ +sleep\n$/,
    );
  });

  test('says what is wrong', async () => {
    expect((await slipway(['top', 'main', '-o', 'comm'])).stderr).toBe(
      "slipway: Couldn't find PID field in ps output\n",
    );
    expect((await slipway(['top', 'nosuch'])).code).toBe(1);
    expect((await slipway(['top'])).code).toBe(125);
  });
});

describe('port', () => {
  test('lists none', async () => {
    expect(await slipway(['port', 'main'])).toEqual({ code: 0, stdout: '', stderr: '' });
    const { code, stderr } = await slipway(['port', 'main', '80']);
    expect([code, stderr]).toEqual([1, "slipway: no public port '80/tcp' published for main\n"]);
  });
});

describe('exec -d', () => {
  test('leaves a program in the container, which goes with it', async () => {
    expect(await slipway(['exec', '-d', 'main', 'sh', '-c', 'echo $$ >/pid; sleep 3000'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    const lines = () => slipway(['top', 'main', '-o', 'pid,args']).then(({ stdout }) => stdout);
    await until('it', async () => (await lines()).includes('sleep 3000'));
    const pid = /^(\d+) +sleep 3000$/m.exec(await lines())?.[1];
    await slipway(['restart', '-t', '0', 'main']);
    await until('its end', () => !existsSync(`/proc/${pid}`));
  });

  test('says what cannot be run', async () => {
    const { code, stderr } = await slipway(['exec', '-d', 'main', 'nosuch']);
    expect(code).toBe(127);
    expect(stderr).toContain('nosuch');
  });
});

describe('inspect', () => {
  test('has the shape of Docker', async () => {
    const { stdout } = await slipway(['inspect', 'main']);
    const [container] = JSON.parse(stdout);
    expect(container).toMatchObject({
      Id: expect.stringMatching(/^[0-9a-f]{64}$/),
      Name: '/main',
      Path: 'sh',
      Args: ['-c', 'sleep 2000 & exec sleep 1000'],
      State: { Status: 'running', Running: true, Paused: false, Restarting: false, Pid: pidOf('main'), ExitCode: 0 },
      Image: 'box',
      RestartCount: 0,
      HostConfig: {
        Memory: 64 * 1024 * 1024,
        NetworkMode: 'none',
        AutoRemove: false,
        LogConfig: { Type: 'json-file', Config: {} },
      },
      Mounts: [{ Type: 'volume', Name: 'store', Destination: '/data', RW: true }],
      Config: { Hostname: 'here', Labels: { a: 'b' }, Image: 'box', Tty: false, OpenStdin: false },
    });
    expect(container.Config.Env).toContain('X=1');
    expect(existsSync(container.LogPath) || container.LogPath.endsWith('log.jsonl')).toBe(true);
    expect(stdout.split('\n')[1]).toBe('    {');
  });

  test.each([
    ['{{.State.Pid}}', () => String(pidOf('main'))],
    ['{{.Name}} {{.Config.Hostname}}', () => '/main here'],
    ['{{json .Config.Labels}}', () => '{"a":"b"}'],
    ['{{index .Config.Labels "a"}}', () => 'b'],
    ['{{range .Mounts}}{{.Name}}:{{.Destination}}{{end}}', () => 'store:/data'],
    ['{{if .State.Running}}up{{else}}down{{end}}', () => 'up'],
    ['{{join .Args " "}}', () => '-c sleep 2000 & exec sleep 1000'],
    ['{{upper .State.Status}}', () => 'RUNNING'],
  ])('-f %s', async (format, expected) => {
    expect((await slipway(['inspect', '-f', format, 'main'])).stdout).toBe(`${expected()}\n`);
  });

  test('a wrong field names itself and those that there are', async () => {
    const { code, stdout, stderr } = await slipway(['inspect', '-f', '{{.State.Stat}}', 'main']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/can't evaluate field Stat: there is none of that name\. There are Status, Running, Paused/);
  });

  test('of what is not there is an error, beside what is', async () => {
    const { code, stdout, stderr } = await slipway(['inspect', 'nosuch', 'main']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr).toContain('no such container: nosuch');
    expect((await slipway(['inspect', 'nosuch'])).stdout).toBe('[]\n');
  });

  test('-s tells the size', async () => {
    expect((await slipway(['inspect', '-s', '-f', '{{.SizeRw}}', 'main'])).stdout).toMatch(/^\d+\n$/);
    expect((await slipway(['inspect', '-f', '{{.SizeRw}}', 'main'])).code).toBe(1);
  });
});

describe('container …', () => {
  test('has the long forms', async () => {
    expect((await slipway(['container', 'ls', '-q'])).stdout).toBe((await slipway(['ps', '-q'])).stdout);
    expect((await slipway(['container', 'inspect', '-f', '{{.Name}}', 'main'])).stdout).toBe('/main\n');
    expect((await slipway(['container'])).stdout).toContain('prune');
    expect((await slipway(['container', 'prunee'])).stderr).toBe(
      'slipway: unknown command: container prunee. Did you mean prune?\n',
    );
    expect((await slipway(['container', 'doctor'])).code).toBe(125);
  });

  test('prune asks, and removes what does not run', async () => {
    await slipway(['run', '-d', '--name', 'old', 'box', 'sh', '-c', 'echo 12345 >/f']);
    await slipway(['wait', 'old']);
    await slipway(['create', '--name', 'kept', '-l', 'keep', 'box', 'true']);
    const no = await slipway(['container', 'prune'], { input: 'n\n' });
    expect(no).toEqual({
      code: 1,
      stdout: 'WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ',
      stderr: 'slipway: container prune has been cancelled\n',
    });
    const yes = await slipway(['container', 'prune', '--filter', 'label!=keep'], { input: 'y\n' });
    expect(yes.stdout).toMatch(/Deleted Containers:\n[0-9a-f]{64}\n\nTotal reclaimed space: 6B\n$/);
    expect((await slipway(['container', 'prune', '-f', '--filter', 'until=1h'])).stdout).toBe(
      'Total reclaimed space: 0B\n',
    );
    expect((await slipway(['container', 'prune', '-f', '--filter', 'x=1'])).stderr).toContain("invalid filter 'x'");
    expect((await slipway(['container', 'prune', '-f'])).stdout).toContain('Deleted Containers:');
    expect((await slipway(['ps', '-a', '--format', '{{.Names}}'])).stdout).toBe('main\n');
  });
});

describe('an id', () => {
  test('may be cut as short as it is clear, and says which are meant when it is not', async () => {
    const id = (await slipway(['ps', '-q', '--no-trunc'])).stdout.trim();
    expect((await slipway(['inspect', '-f', '{{.Name}}', id.slice(0, 6)])).stdout).toBe('/main\n');
    const ids: string[] = [];
    // Of 17 containers two begin with the same digit.
    for (let count = 0; count < 17; count++)
      ids.push((await slipway(['create', '-l', 'many', 'box', 'true'])).stdout.trim());
    const first = ids
      .map((each) => each.slice(0, 1))
      .find((digit) => ids.filter((each) => each.startsWith(digit)).length > 1) as string;
    const { code, stderr } = await slipway(['start', first]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^slipway: "${first}" could be any of ${first}[0-9a-f]{11}(, ${first}[0-9a-f]{11})+: give more of the id\n$`,
      ),
    );
    await slipway(['container', 'prune', '-f']);
  });
});

test('the first process of a container dies with its shim', () => {
  const parent = shimOf('main');
  expect(readFileSync(`/proc/${parent}/cmdline`, 'utf8')).toContain('restart');
});
