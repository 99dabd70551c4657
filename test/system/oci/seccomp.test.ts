// config.json's `linux.seccomp`: an agent that decides, numbers of errors, and what is refused. The filter itself is tested
// in ../seccomp.test.ts.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Seccomp } from '../../../src/oci.ts';
import { type BundleFolder, type Change, makeBundle } from '../bundles.ts';
import { Started, scratch, slipway } from '../slipway.ts';

let bundle: BundleFolder;

beforeAll(async () => {
  bundle = await makeBundle();
});

const withFilter =
  (seccomp: Seccomp, more: Change = () => {}): Change =>
  (spec) => {
    spec.linux = { ...spec.linux, seccomp };
    more(spec);
  };

const MKDIR = ['mkdir', 'mkdirat'];

/** An agent that answers every question by EEXIST. */
async function startAgent(): Promise<{ agent: Started; listenerPath: string }> {
  const listenerPath = join(scratch('agent'), 'socket');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'agent.ts'), listenerPath]);
  const agent = new Started(child, 60_000, 'the agent');
  await agent.says('listening');
  return { agent, listenerPath };
}

describe('SCMP_ACT_NOTIFY', () => {
  const asking = (listenerPath: string): Seccomp => ({
    defaultAction: 'SCMP_ACT_ALLOW',
    listenerPath,
    listenerMetadata: 'for the agent',
    syscalls: [{ names: MKDIR, action: 'SCMP_ACT_NOTIFY' }],
  });
  const line = 'mkdir /tmp/asked 2>&1; echo $?; ls -l /proc/self/fd 2>/dev/null | grep -c seccomp';

  test.each([
    ['with no_new_privs, where the filter is loaded last', true],
    ['without, where it comes first', false],
  ])('has an agent decide, %s', async (_, noNewPrivileges) => {
    const { agent, listenerPath } = await startAgent();
    await using _agent = agent;
    const change = withFilter(asking(listenerPath), (spec) => {
      spec.process.noNewPrivileges = noNewPrivileges;
      spec.annotations = { 'org.example.key': 'value' };
    });
    const { code, stdout, stderr } = await bundle.run(change, line);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "mkdir: can't create directory '/tmp/asked': File exists\n1\n0\n",
      stderr: '',
    });
    expect(await agent.ended).toMatchObject({ code: 0 });
    const [, message = '', ...calls] = agent.stdout.trim().split('\n');
    expect(calls).toEqual([expect.stringMatching(/^mkdir(at)?$/)]);
    const { state, ...rest } = JSON.parse(message);
    expect(rest).toEqual({ ociVersion: '1.2.0', fds: ['seccompFd'], pid: state.pid, metadata: 'for the agent' });
    expect(state).toMatchObject({
      ociVersion: '1.2.0',
      status: 'creating',
      annotations: { 'org.example.key': 'value' },
    });
    expect(state.id).toMatch(/^[0-9a-f]{64}$/);
    expect(state.bundle).toMatch(new RegExp(`/${state.id}$`));
  });

  test('asks for a program that joins too', async () => {
    const { agent, listenerPath } = await startAgent();
    await using _agent = agent;
    await using container = bundle.start(withFilter(asking(listenerPath)), 'echo ready; sleep 100', [
      '--name',
      'asked',
    ]);
    await container.says('ready');
    const { stderr } = await slipway(['exec', 'asked', 'mkdir', '/tmp/asked']);
    expect(stderr).toContain('File exists');
    await agent.says('"status":"running"');
  });

  test('without anybody there is a failed start', async () => {
    const all = async () => (await slipway(['ps', '-aq'])).stdout;
    const before = await all();
    const { code, stderr } = await bundle.run(withFilter(asking('/no/such/socket')), 'true');
    expect(code).toBe(125);
    expect(stderr).toMatch(/^slipway: connect.*\/no\/such\/socket.*ENOENT/);
    expect(await all()).toBe(before);
  });
});

describe('actions', () => {
  const rule = (action: string, errnoRet?: number): Seccomp =>
    ({
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: MKDIR, action, ...(errnoRet === undefined ? {} : { errnoRet }) }],
    }) as Seccomp;

  test.each<[string, Seccomp, string, number]>([
    ['ERRNO', rule('SCMP_ACT_ERRNO'), "mkdir: can't create directory '/tmp/a': Operation not permitted\n", 1],
    ['ERRNO with a number', rule('SCMP_ACT_ERRNO', 55), "mkdir: can't create directory '/tmp/a': No anode\n", 1],
    [
      'TRACE without a tracer',
      rule('SCMP_ACT_TRACE', 5),
      "mkdir: can't create directory '/tmp/a': Function not implemented\n",
      1,
    ],
    ['KILL_PROCESS', rule('SCMP_ACT_KILL_PROCESS'), '', 159],
    ['KILL', rule('SCMP_ACT_KILL'), '', 159],
    ['TRAP', rule('SCMP_ACT_TRAP'), '', 159],
    ['LOG', rule('SCMP_ACT_LOG'), '', 0],
  ])('%s', async (_, seccomp, stderr, code) => {
    const change = withFilter(seccomp, (spec) => {
      spec.process.args = ['mkdir', '/tmp/a'];
    });
    const result = await bundle.run(change, '');
    await bundle.run(() => {}, 'rmdir /tmp/a 2>/dev/null; true');
    expect(result).toEqual({ code, stdout: '', stderr });
  });

  test('an empty profile is none', async () => {
    const { stdout } = await bundle.run(
      withFilter({ defaultAction: '' as 'SCMP_ACT_ALLOW' }),
      'grep Seccomp: /proc/self/status',
    );
    expect(stdout).toBe('Seccomp:\t0\n');
  });

  test('each mistake is named by its place', async () => {
    const { stderr } = await bundle.run(
      withFilter({
        defaultAction: 'SCMP_ACT_NOTIFY',
        listenerMetadata: 'x',
        syscalls: [
          { names: ['write'], action: 'SCMP_ACT_NOTIFY' },
          { names: ['read'], action: 'SCMP_ACT_ALLOW', errnoRet: 1 },
        ],
      }),
      'true',
    );
    expect(stderr.split('\n').slice(1)).toEqual([
      '  linux.seccomp.syscalls[1].errnoRet: SCMP_ACT_ALLOW has none',
      '  linux.seccomp.defaultAction: SCMP_ACT_NOTIFY can be the action of a rule alone',
      '  linux.seccomp.syscalls[0].names: SCMP_ACT_NOTIFY cannot be for write, by which the agent is told of the container',
      "  linux.seccomp.listenerPath: it is missing, and SCMP_ACT_NOTIFY needs an agent's socket",
      '  linux.seccomp.listenerMetadata: it is of no use without listenerPath',
      '',
    ]);
  });
});
