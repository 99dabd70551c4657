// Completion in the real shells: what appears on the screen of somebody who presses Tab.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMissing } from '../linux/missing.ts';
import { SLIPWAY, scratch, slipway } from './slipway.ts';
import { Tmux } from './tmux.ts';
import { until } from './until.ts';

beforeAll(async () => {
  await slipway(['run', '-d', '--name', 'harbour', 'box', 'sleep', '1000']);
  await slipway(['create', '--name', 'dry-dock', 'box', 'true']);
});
afterAll(() => slipway(['rm', '-f', 'harbour', 'dry-dock']));

const complete = async (...words: string[]) => (await slipway(['complete', '--', ...words])).stdout;
const words = async (...line: string[]) =>
  (await complete(...line))
    .split('\n')
    .filter(Boolean)
    .map((each) => each.split('\t')[0]);

describe('complete', () => {
  test.each([
    [['unp'], ['unpause']],
    [['run', '--res'], ['--restart']],
    [
      ['run', '--restart', ''],
      ['no', 'on-failure', 'always', 'unless-stopped'],
    ],
    [['run', '--restart=un'], ['--restart=unless-stopped']],
    [['run', '-d', '--net', 'container:h'], ['container:harbour']],
    [['run', '-it', '--cap-add', 'NET_A'], []],
    [['run', '--cap-add', 'CAP_NET_A'], ['CAP_NET_ADMIN']],
    [['run', '--rm', ''], ['box']],
    [['run', 'box', '-'], [':files']],
    [['run', '--env-file', ''], [':files']],
    [['stop', ''], ['harbour']],
    [['stop', '-t', '3', 'h'], ['harbour']],
    [['start', ''], ['dry-dock']],
    [
      ['rm', 'harbour', ''],
      ['dry-dock', 'harbour'],
    ],
    [['cp', 'har'], ['harbour:']],
    [['cp', './x', ''], [':files']],
    [['lesson', '01'], ['01-process']],
    [['help', 'comp'], ['completion']],
    [['contai'], ['container']],
    [
      ['container', 'st'],
      ['start', 'stop', 'stats'],
    ],
    [['container', 'prune', '--fi'], ['--filter']],
    [['container', 'stop', '-t', '3', ''], ['harbour']],
    [['container', 'nosuch', ''], []],
    [['nosuch', ''], []],
    [['version', ''], []],
  ])('%j gives %j', async (line, expected) => {
    expect(await words(...line)).toEqual(expected);
  });

  test('every verb tells its flags, and does nothing else', async () => {
    const verbs = await words('');
    expect(verbs.length).toBeGreaterThan(25);
    for (const verb of verbs) expect(await words(verb as string, '--hel'), verb).toEqual(['--help']);
  });
});

test('an unknown shell, or none, is a mistake', async () => {
  expect(await slipway(['completion', 'csh'])).toEqual({
    code: 125,
    stdout: '',
    stderr: 'slipway: no completion for csh: there are bash, zsh, fish\n',
  });
  expect((await slipway(['completion'])).code).toBe(125);
});

const has = (shell: string) => !isMissing(shell, spawnSync(shell, ['--version']).status === 0);
const SHELLS = {
  bash: 'bash --norc --noprofile -i',
  zsh: 'zsh -f -i',
  fish: 'fish --no-config',
};
const BEGIN = {
  bash: 'bind "set show-all-if-ambiguous on"; source <(slipway completion bash)',
  zsh: 'autoload -U compinit; compinit -u; source <(slipway completion zsh)',
  fish: 'slipway completion fish | source',
};

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  test.skipIf(!has(shell))('completes verbs, flags, their values, names and files', async () => {
    const home = scratch('home');
    mkdirSync(join(home, 'pier-folder'));
    writeFileSync(join(home, 'pier-file'), '');
    await using terminal = new Tmux({ home, env: { PATH: `${dirname(SLIPWAY)}:${process.env.PATH}`, HOME: home } });
    terminal.type(`export PATH=${dirname(SLIPWAY)}:$PATH; cd ${home}; exec ${SHELLS[shell]}\n`);
    terminal.type(`${BEGIN[shell]}; clear; echo begun-${shell === 'fish' ? '(math 1 + 1)' : '$((1 + 1))'}\n`);
    await terminal.shows('begun-2');
    /** Presses Tab behind this, and clears the line afterwards. */
    const tab = async (line: string, shown: string) => {
      terminal.type(line);
      terminal.press('Tab');
      await terminal.shows(shown);
      terminal.press('C-u');
      terminal.type('clear\n');
      await until('a clear screen', () => !terminal.screen().includes(shown));
    };
    await tab('slipway unpa', 'slipway unpause');
    await tab('slipway run --restart=unl', 'slipway run --restart=unless-stopped');
    await tab('slipway run --network container:har', 'container:harbour');
    await tab('slipway stop har', 'slipway stop harbour');
    await tab('slipway cp har', 'slipway cp harbour:');
    await tab('slipway cp ./pier-fi', 'slipway cp ./pier-file');
    await tab('slipway run --env-file pier-fi', '--env-file pier-file');
    await tab('slipway rm ', 'dry-dock');
  });
});
