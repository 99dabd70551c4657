// A seccomp agent and the two steps of a start: it is asked from `create` on, and of programs that join.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Started, scratch } from '../slipway.ts';
import { done, makeBundle, newId, oci } from './oci.ts';

test.each([[true], [false]])('asks the agent from create on, with no_new_privs %s', async (noNewPrivileges) => {
  const listenerPath = join(scratch('agent'), 'socket');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'agent.ts'), listenerPath]);
  await using agent = new Started(child, 60_000, 'the agent');
  await agent.says('listening');
  const bundle = await makeBundle(({ process, linux }) => {
    process.args = ['sh', '-c', 'mkdir /tmp/asked; sleep 100'];
    process.noNewPrivileges = noNewPrivileges;
    const syscalls = [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_NOTIFY' }];
    Object.assign(linux, { seccomp: { defaultAction: 'SCMP_ACT_ALLOW', listenerPath, syscalls } });
  });
  const id = newId();
  done(['create', '-b', bundle, id]);
  await agent.says(`"status":"creating"`);
  expect(JSON.parse(agent.stdout.split('\n')[1] ?? '').state).toMatchObject({ id, bundle });
  expect(agent.stdout).not.toMatch(/^mkdir/m);
  done(['start', id]);
  await agent.says(/^mkdir/m);
  expect(oci(['exec', id, 'mkdir', '/tmp/again']).stderr).toContain('File exists');
  await agent.says(`"status":"running"`);
  done(['delete', '-f', id]);
});
