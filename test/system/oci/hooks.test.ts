// Hooks: each at its moment, in its namespaces, with the state on its standard input; and what their failure does.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { HOOK_NAMES, type HookName } from '../../../src/runtime/hooks.ts';
import { scratch, slipway } from '../slipway.ts';
import { until } from '../until.ts';
import { done, makeBundle, newId, oci, root, stateOf } from './oci.ts';

let folder: string;
/** A script of the host's that writes down what it is called with. The container sees it, and the log, at the same path. */
let script: string;

beforeAll(() => {
  folder = scratch('hooks');
  script = join(folder, 'hook');
  const lines = [
    '#!/bin/sh',
    'state=$(cat)',
    `echo "$1 $A $(readlink /proc/self/ns/mnt) $state" >> ${folder}/log`,
    'exit $2',
  ];
  writeFileSync(script, `${lines.join('\n')}\n`, { mode: 0o755 });
});

interface Call {
  name: string;
  variable: string;
  mountNamespace: string;
  state: { status: string; pid?: number; id: string; bundle: string; ociVersion: string; annotations: object };
}

function calls(): Call[] {
  return readFileSync(join(folder, 'log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [, name = '', variable = '', mountNamespace = '', state = ''] = /^(\S*) (\S*) (\S*) (.*)$/.exec(line) ?? [];
      return { name, variable, mountNamespace, state: JSON.parse(state) };
    });
}

/** A bundle whose hooks write themselves down; those that are named end with 3. */
async function bundleWithHooks(args: string[], failing: readonly HookName[] = []): Promise<string> {
  writeFileSync(join(folder, 'log'), '');
  return await makeBundle((spec) => {
    spec.process.args = args;
    spec.annotations = { made: 'here' };
    spec.mounts?.push({ destination: folder, type: 'bind', source: folder, options: ['bind'] });
    const hook = (name: HookName) => {
      const env = ['A=b', 'PATH=/usr/bin:/bin'];
      return { path: script, args: ['hook', name, failing.includes(name) ? '3' : '0'], env };
    };
    spec.hooks = Object.fromEntries(HOOK_NAMES.map((name) => [name, [hook(name)]]));
  });
}

test('hooks of all six kinds run in order, each with the state as it is then', async () => {
  const bundle = await bundleWithHooks(['sleep', '1000']);
  const id = newId();
  done(['create', '-b', bundle, id]);
  const { pid } = stateOf(id);
  const own = readdirSync('/proc/self/ns') && calls();
  const common = { id, bundle, ociVersion: '1.2.0', annotations: { made: 'here' } };
  expect(own.map(({ name, variable, state }) => ({ name, variable, state }))).toEqual([
    { name: 'prestart', variable: 'b', state: { ...common, status: 'creating', pid } },
    { name: 'createRuntime', variable: 'b', state: { ...common, status: 'creating', pid } },
    { name: 'createContainer', variable: 'b', state: { ...common, status: 'creating', pid: 1 } },
  ]);
  done(['start', id]);
  done(['kill', id, 'KILL']);
  await until('the container to stop', () => stateOf(id).status === 'stopped');
  done(['delete', id]);
  const all = calls();
  expect(all.slice(3).map(({ name, state }) => ({ name, state }))).toEqual([
    { name: 'startContainer', state: { ...common, status: 'created', pid: 1 } },
    { name: 'poststart', state: { ...common, status: 'running', pid } },
    { name: 'poststop', state: { ...common, status: 'stopped' } },
  ]);
  const [prestart, createRuntime, createContainer, startContainer, poststart, poststop] = all.map(
    (call) => call.mountNamespace,
  );
  expect([createRuntime, poststart, poststop]).toEqual([prestart, prestart, prestart]);
  expect(startContainer).toBe(createContainer);
  expect(createContainer).not.toBe(prestart);
});

test('`slipway run --config` runs them too', async () => {
  const bundle = await bundleWithHooks(['true']);
  expect(await slipway(['run', '--rm', '--config', bundle])).toEqual({ code: 0, stdout: '', stderr: '' });
  await until('the last hook to run', () => calls().length === 6);
  expect(calls().map(({ name, state }) => `${name} ${state.status}`)).toEqual([
    'prestart creating',
    'createRuntime creating',
    'createContainer creating',
    'startContainer created',
    'poststart running',
    'poststop stopped',
  ]);
});

describe('a hook that fails', () => {
  test.each(['prestart', 'createRuntime', 'createContainer'] as const)(
    '%s: the container is not created',
    async (name) => {
      const bundle = await bundleWithHooks(['true'], [name]);
      const id = newId();
      expect(oci(['create', '-b', bundle, id])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`${name} hook #0 (${script}) failed: exit code 3`),
      });
      expect(readdirSync(root)).not.toContain(id);
      const names = HOOK_NAMES.slice(0, HOOK_NAMES.indexOf(name) + 1);
      expect(calls().map((call) => call.name)).toEqual([...names, 'poststop']);
    },
  );

  test('startContainer: start fails, and the program does not run', async () => {
    const bundle = await bundleWithHooks(['touch', `${folder}/ran`], ['startContainer']);
    const id = newId();
    done(['create', '-b', bundle, id]);
    expect(oci(['start', id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`startContainer hook #0 (${script}) failed: exit code 3`),
    });
    expect(stateOf(id).status).toBe('stopped');
    expect(readdirSync(folder)).not.toContain('ran');
    done(['delete', id]);
  });

  test('poststart: start fails, and the container is stopped', async () => {
    const bundle = await bundleWithHooks(['sleep', '1000'], ['poststart']);
    const id = newId();
    done(['create', '-b', bundle, id]);
    expect(oci(['start', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('poststart hook #0') });
    await until('the container to stop', () => stateOf(id).status === 'stopped');
    done(['delete', id]);
  });

  test('poststop: a warning, and the container is gone', async () => {
    const bundle = await bundleWithHooks(['true'], ['poststop']);
    const id = newId();
    done(['create', '-b', bundle, id]);
    expect(oci(['delete', id])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^slipway-oci: warning: poststop hook #0/),
    });
    expect(readdirSync(root)).not.toContain(id);
  });

  test('says why, in its own words', async () => {
    const bundle = await makeBundle((spec) => {
      spec.hooks = { createRuntime: [{ path: '/bin/sh', args: ['sh', '-c', 'echo no harbour >&2; exit 5'] }] };
    });
    expect(oci(['create', '-b', bundle, newId()]).stderr).toBe(
      'slipway-oci: createRuntime hook #0 (/bin/sh) failed: exit code 5: no harbour\n',
    );
  });
});

test('a hook that takes too long is killed', async () => {
  const bundle = await makeBundle((spec) => {
    spec.hooks = { createRuntime: [{ path: '/bin/sleep', args: ['sleep', '1000'], timeout: 1 }] };
  });
  expect(oci(['create', '-b', bundle, newId()])).toMatchObject({
    code: 1,
    stderr: 'slipway-oci: createRuntime hook #0 (/bin/sleep) failed: it took longer than its timeout of 1 s\n',
  });
});
