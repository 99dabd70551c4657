// What `exec` joins, asked of the mechanism itself.

import { readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openNamespaces } from '../../src/exec/join.ts';
import { CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWUTS } from '../../src/linux/constants.ts';
import { mount } from '../../src/linux/mount.ts';
import { unshare } from '../../src/linux/namespaces.ts';
import { NAMESPACE_TYPES } from '../../src/namespaces/flags.ts';
import { inMountNamespace } from '../in-child.ts';

const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8');
const target = { pid: process.pid, startedAt: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '' };

const typesOpened = () => openNamespaces(target, NAMESPACE_TYPES).map(({ type }) => type);

test('only those that are not shared are joined, the mount namespace last', () => {
  const opened = inMountNamespace(() => {
    unshare(CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWIPC);
    return typesOpened();
  });
  expect(opened).toEqual(['ipc', 'uts', 'network', 'mount']);
});

test('a kind that this kernel does not have is not missed', () => {
  const opened = inMountNamespace(() => {
    const own = readdirSync('/proc/self/ns').map((file) => [file, readlinkSync(`/proc/self/ns/${file}`)] as const);
    mount('tmpfs', '/proc/self/ns', 'tmpfs', 0); // for us alone
    for (const [file, name] of own) if (!file.startsWith('time')) symlinkSync(name, `/proc/self/ns/${file}`);
    return typesOpened();
  });
  expect(opened).toEqual(['mount']);
});

test('a process that is not the one meant any more is not joined', () => {
  expect(() => openNamespaces({ ...target, startedAt: '1' }, ['uts'])).toThrow('the container has just ended');
  expect(() => openNamespaces({ ...target, pid: 2 ** 22 + 1 }, ['uts'])).toThrow('the container has just ended');
});
