// `ps`: which containers it lists, and in which form.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slipway } from '../slipway.ts';

const ps = (...words: string[]) => slipway(['ps', ...words]);
const names = async (...words: string[]) =>
  (await ps(...words, '--format', '{{.Names}}')).stdout.split('\n').filter(Boolean);

beforeAll(async () => {
  const run = (name: string, ...words: string[]) => slipway(['run', '-d', '--name', name, ...words]);
  await slipway(['create', '--name', 'new', '-l', 'stage=test', 'box', 'true']);
  await run('up', '-l', 'stage=test', '-l', 'who=me', 'box', 'sleep', '1000');
  await run('still', '-v', 'store:/data', 'box', 'sleep', '1000');
  await slipway(['pause', 'still']);
  await run('three', 'box', 'sh', '-c', 'echo changed >/file; exit 3');
  await run('looping', '--restart', 'always', 'box', 'sh', '-c', 'exit 4');
  await slipway(['wait', 'three']);
});
afterAll(() => slipway(['rm', '-f', 'new', 'up', 'still', 'three', 'looping']));

describe('ps', () => {
  test('has Docker columns', async () => {
    const { stdout } = await ps('-f', 'name=up');
    const [head, row] = stdout.split('\n');
    expect(head?.split(/ {2,}/)).toEqual(['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES']);
    expect(row).toMatch(/^[0-9a-f]{12} {3}box {7}"sleep 1000" {3}\S.* ago {3}Up \S.* {3,}up$/);
  });

  test('lists what runs, the newest first; -a all', async () => {
    expect(await names()).toEqual(['looping', 'still', 'up']);
    expect(await names('-a')).toEqual(['looping', 'three', 'still', 'up', 'new']);
    expect(await names('-l')).toEqual(['looping']);
    expect(await names('-n', '2')).toEqual(['looping', 'three']);
    expect(await names('-n', '9')).toHaveLength(5);
    expect((await ps('-q')).stdout).toMatch(/^([0-9a-f]{12}\n){3}$/);
    expect((await ps('-q', '--no-trunc')).stdout).toMatch(/^([0-9a-f]{64}\n){3}$/);
  });

  test.each([
    [['name=ee'], ['three']],
    [['name=^up$'], ['up']],
    [['name=/up'], ['up']],
    [
      ['name=up', 'name=still'],
      ['still', 'up'],
    ],
    [['label=stage'], ['up', 'new']],
    [['label=stage=test', 'label=who=me'], ['up']],
    [['label=stage=other'], []],
    [['status=created'], ['new']],
    [['status=paused'], ['still']],
    [['status=exited'], ['three']],
    [
      ['status=running', 'status=paused'],
      ['still', 'up'],
    ],
    [['exited=3'], ['three']],
    [['exited=0'], []],
    [['before=still'], ['up', 'new']],
    [['since=still'], ['looping', 'three']],
    [['volume=store'], ['still']],
    [['volume=/data'], ['still']],
    [['ancestor=box', 'status=paused'], ['still']],
    [['ancestor=nosuch'], []],
    [['network=none', 'name=up'], ['up']],
    [['health=none', 'name=up'], ['up']],
  ])('-f %j', async (filters, shown) => {
    expect(await names('-a', ...filters.flatMap((filter) => ['-f', filter]))).toEqual(shown);
  });

  test.each([
    ['size=1', "invalid filter 'size'. There are ancestor, "],
    ['status=fine', "invalid filter 'status=fine': it is one of created, running, "],
    ['exited=x', "invalid filter 'exited=x': it is one of a number"],
    ['before=nosuch', 'no such container: nosuch'],
  ])('-f %s is refused', async (filter, sentence) => {
    const { code, stdout, stderr } = await ps('-f', filter);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  test('tells each state in words', async () => {
    const { stdout } = await ps('-a', '--format', '{{.Names}}: {{.State}}: {{.Status}}');
    expect(stdout).toMatch(/^new: created: Created$/m);
    expect(stdout).toMatch(/^up: running: Up .+$/m);
    expect(stdout).toMatch(/^still: paused: Up .+ \(Paused\)$/m);
    expect(stdout).toMatch(/^three: exited: Exited \(3\) .+ ago$/m);
    expect(stdout).toMatch(/^looping: (restarting: Restarting \(4\) .+ ago|running: Up .+)$/m);
  });

  test('-s tells how much room they take', async () => {
    expect((await ps('-as', '-f', 'name=three')).stdout).toMatch(/ {3}8B \(virtual [\d.]+MB\)$/m);
    expect((await ps('-a', '-f', 'name=three', '--format', '{{.Size}}')).stdout).toMatch(/^8B \(virtual [\d.]+MB\)\n$/);
  });
});

describe('ps --format', () => {
  test.each([
    ['{{.ID}}', /^[0-9a-f]{12}\n$/],
    ['{{.Names}}\\t{{.Image}}', /^up\tbox\n$/],
    ['table {{.Names}}\\t{{.Labels}}', /^NAMES {5}LABELS\nup {8}stage=test,who=me\n$/],
    ['table {{upper .Names}}\\t{{.Label "who"}}', /^NAMES {5}LABEL\nUP {8}me\n$/],
    ['{{.Label "stage"}} {{.Label "none"}}.', /^test \.\n$/],
    ['{{json .Names}}', /^"up"\n$/],
    ['json', /^\{"Command":"\\"sleep 1000\\"","CreatedAt":".*","Names":"up".*"Status":"Up .*"\}\n$/],
    ['{{.CreatedAt}}', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [-+]\d{4} \S+\n$/],
    ['{{.Networks}} {{.Mounts}} {{.LocalVolumes}} {{.Ports}}', /^none {2}0 \n$/],
  ])('%s', async (format, pattern) => {
    expect((await ps('-f', 'name=up', '--format', format)).stdout).toMatch(pattern);
  });

  test('a wrong field names itself and those that there are', async () => {
    const { code, stderr } = await ps('-f', 'name=up', '--format', '{{.Name}}');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^slipway: template parsing error: can't evaluate field Name: there is none .* Names, Networks/,
    );
  });
});
