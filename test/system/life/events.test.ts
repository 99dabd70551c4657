// `events`: what happens to containers, as it happens and afterwards.

import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Pty } from '../pty.ts';
import { homeOf, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';

afterAll(() => slipway(['rm', '-f', 'one', 'two', 'renamed', 'well', 'seen']));

const events = async (...words: string[]) =>
  (await slipway(['events', '--since', '1h', '--until', '0s', ...words])).stdout;
const actions = async (name: string) =>
  (await events('-f', `container=${name}`, '--format', '{{.Action}}')).trimEnd().split('\n');

describe('events', () => {
  test('tells the life of a container in order', async () => {
    await slipway(['run', '--name', 'one', '-l', 'a=b', 'box', 'sh', '-c', 'exit 3']);
    await slipway(['rm', 'one']);
    const id = (await events('--format', '{{.Actor.ID}}')).split('\n')[0];
    const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}(Z|[-+]\\d\\d:\\d\\d)';
    const lines = (await events()).trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^${time} container create ${id} \\(a=b, image=box, name=one\\)$`)),
      expect.stringMatching(/ container attach /),
      expect.stringMatching(/ container start /),
      expect.stringMatching(/ container die .* \(a=b, execDuration=\d+, exitCode=3, image=box, name=one\)$/),
      expect.stringMatching(/ container destroy /),
    ]);
  });

  test('of stop, kill, restart, pause, rename, update, exec and attach too', async () => {
    await slipway([
      'run',
      '-di',
      '--name',
      'two',
      'box',
      'sh',
      '-c',
      'trap "exit 0" TERM; while :; do sleep 0.05; done',
    ]);
    await slipway(['pause', 'two']);
    await slipway(['unpause', 'two']);
    await slipway(['exec', 'two', 'true']);
    await slipway(['update', '--pids-limit', '99', 'two']);
    await slipway(['restart', 'two']);
    await slipway(['kill', '-s', 'USR2', 'two']);
    await slipway(['stop', 'two']);
    await slipway(['rename', 'two', 'renamed']);
    expect(await actions('two')).toEqual([
      ...[
        'create',
        'start',
        'pause',
        'unpause',
        'exec_create: true',
        'exec_start: true',
        'exec_die',
        'update',
        'kill',
        'die',
        'stop',
        'start',
        'restart',
      ],
      ...['kill', 'kill', 'die', 'stop'],
    ]);
    expect(
      await events('-f', 'event=rename', '--format', '{{.Actor.Attributes.name}} {{.Actor.Attributes.oldName}}'),
    ).toBe('renamed two\n');
    expect(await events('-f', 'event=kill', '--format', '{{.Actor.Attributes.signal}}')).toBe('15\n12\n15\n');
  });

  test('of who comes and leaves, and each exec by its id', async () => {
    await slipway(['run', '-dit', '--name', 'seen', 'box', 'sh', '-c', 'echo ready; cat']);
    for (const words of [
      ['attach', 'seen'],
      ['exec', '-it', 'seen', 'sh', '-c', 'echo ready; cat'],
    ]) {
      await using terminal = new Pty(words);
      await terminal.type('x\n');
      await terminal.shows('x\r\nx');
      await terminal.type('\x10\x11');
      await terminal.ended;
    }
    expect((await slipway(['exec', 'seen', 'sh', '-c', 'exit 7'])).code).toBe(7);
    const told = (await actions('seen')).map((action) => action.replace(/:.*/, ''));
    expect(told).toEqual(
      ['create', 'start', 'attach', 'detach'].concat(
        ['exec_create', 'exec_start', 'exec_detach'],
        ['exec_create', 'exec_start', 'exec_die'],
      ),
    );
    const ofDeath = ['-f', 'event=exec_die', '-f', 'container=seen'];
    const death = JSON.parse(await events(...ofDeath, '--format', 'json')).Actor.Attributes;
    expect(death).toMatchObject({ exitCode: '7', execID: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const ids = (await events('-f', 'container=seen', '--format', '{{.Actor.Attributes.execID}}')).split('\n');
    expect(ids.filter((id) => id === death.execID).length).toBe(3);
    await slipway(['rm', '-f', 'seen']);
  });

  test('are told while they happen', async () => {
    await using watcher = start(['events', '-f', 'container=well', '--format', '{{.Action}}']);
    await slipway(['events', '--until', '0s']); // as long as the other takes to be there
    const health = ['--health-cmd', 'true', '--health-interval', '50ms'];
    await until('the first', async () => {
      await slipway(['run', '--rm', '--name', 'well', 'box', 'true']);
      return watcher.stdout.includes('create');
    });
    await slipway(['run', '-d', '--name', 'well', ...health, 'box', 'sleep', '1000']);
    await watcher.says('health_status: healthy');
    await slipway(['rm', '-f', 'well']);
    await until('the end', () => /health_status: healthy\nkill\ndie\ndestroy\n$/.test(watcher.stdout));
    watcher.kill('SIGINT');
    expect((await watcher.ended).code).toBe(130);
  });

  test.each([
    [['-f', 'event=die'], /^(die\n)+$/],
    [['-f', 'event=exec_start'], /^(exec_start: .*\n)+$/],
    [['-f', 'event=create', '-f', 'event=destroy'], /^((create|destroy)\n)+$/],
    [['-f', 'label=a=b'], /^create\nattach\nstart\ndie\ndestroy\n$/],
    [['-f', 'label=a=c'], /^$/],
    [['-f', 'image=box', '-f', 'event=pause'], /^pause\n$/],
    [['-f', 'type=container', '-f', 'scope=local', '-f', 'event=pause'], /^pause\n$/],
    [['-f', 'type=volume'], /^$/],
  ])('%j', async (flags, pattern) => {
    expect(await events(...flags, '--format', '{{.Action}}')).toMatch(pattern);
  });

  test('json has the shape of Docker, and what is wrong is said', async () => {
    const line = (await events('-f', 'event=die', '--format', 'json')).split('\n')[0] as string;
    expect(JSON.parse(line)).toMatchObject({
      Type: 'container',
      Action: 'die',
      Actor: { ID: expect.stringMatching(/^[0-9a-f]{64}$/), Attributes: { image: 'box', exitCode: '3' } },
      scope: 'local',
      time: expect.any(Number),
    });
    expect((await slipway(['events', '--until', '0s', '-f', 'x=1'])).stderr).toContain("invalid filter 'x'");
    expect((await slipway(['events', '--since', 'x'])).code).toBe(125);
  });

  test('of the file before, and of a line that is cut, come too, or not', async () => {
    const file = join(homeOf().SLIPWAY_ROOT, 'events.jsonl');
    const before = await events();
    appendFileSync(file, '{"Type":"contai\n');
    renameSync(file, `${file}.1`);
    await slipway(['create', '--name', 'one', 'box', 'true']);
    const after = await events();
    expect(after.startsWith(before)).toBe(true);
    expect(after.slice(before.length)).toMatch(/^\S+ container create \S+ \(image=box, name=one\)\n$/);
  });

  test('a full file is kept as the one before, however many find it full', async () => {
    const create = () => slipway(['create', '-l', 'filled', 'box', 'true']);
    const first = await create();
    const file = join(homeOf().SLIPWAY_ROOT, 'events.jsonl');
    appendFileSync(file, `{"filler":"${'x'.repeat(1000)}"}\n`.repeat(4200));
    const others = await Promise.all(Array.from({ length: 8 }, create));
    expect(await events('-f', 'label=filled', '--format', '{{.Action}}')).toBe('create\n'.repeat(9));
    expect(statSync(`${file}.1`).size).toBeGreaterThan(4 * 1024 * 1024);
    await slipway(['rm', ...[first, ...others].map(({ stdout }) => stdout.trim())]);
  });
});
