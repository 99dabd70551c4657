// Containers that freeze themselves, or a part of themselves: on cgroup v1 no frozen process dies.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectHierarchies } from '../../src/cgroups/detect.ts';
import { leftovers } from './in-box.ts';
import { slipway, start } from './slipway.ts';
import { until } from './until.ts';

const FLAGS = ['run', '--rm', '--security-opt', 'writable-cgroups'];

const v1 = detectHierarchies().find(({ version, controllers }) => version === 1 && controllers.includes('freezer'));
/** As the container sees it. */
const freezer = v1 ? join('/sys/fs/cgroup', v1.mountPoint.slice('/sys/fs/cgroup'.length)) : '/sys/fs/cgroup';
const freeze = (folder: string) => (v1 ? `echo FROZEN > ${folder}/freezer.state` : `echo 1 > ${folder}/cgroup.freeze`);

test('the end of a container ends what it has frozen', async () => {
  const script = `
    mkdir ${freezer}/part
    sleep 1000 &
    echo $! > ${freezer}/part/cgroup.procs
    ${freeze(`${freezer}/part`)}
    exit 7`;
  expect(await slipway([...FLAGS, 'box', 'sh', '-ec', script])).toEqual({ code: 7, stdout: '', stderr: '' });
  await until('it to be gone', () => leftovers().length === 0);
});

test('rm -f removes a container that has frozen itself', async () => {
  const script = `${freeze(freezer)}; sleep 1000`;
  const container = start([...FLAGS, '--name', 'frozen', 'box', 'sh', '-c', script]);
  await until('it to be frozen', async () => isFrozen((await slipway(['ps', '-q', '--no-trunc'])).stdout.trim()));
  expect(await slipway(['rm', '-f', 'frozen'])).toEqual({ code: 0, stdout: 'frozen\n', stderr: '' });
  expect(await container.ended).toMatchObject({ code: 137 });
  await until('it to be gone', () => leftovers().length === 0);
});

function isFrozen(id: string): boolean {
  const file = v1 ? `${v1.mountPoint}/slipway/${id}/freezer.state` : `/sys/fs/cgroup/slipway/${id}/cgroup.freeze`;
  return id !== '' && existsSync(file) && /FROZEN|1/.test(readFileSync(file, 'utf8'));
}
