// Which kernel settings a container may have, by the namespaces it has.

import { expect, test } from 'vitest';
import type { NamespaceType } from '../../src/oci.ts';
import { checkSysctls } from '../../src/runtime/sysctl.ts';
import { mistake } from '../mistake.ts';

/** What is said of one setting in a container with these new namespaces. */
function said(key: string, types: NamespaceType[]): string {
  const linux = { sysctl: { [key]: '1' }, namespaces: types.map((type) => ({ type })) };
  return mistake(() =>
    checkSysctls({
      ociVersion: '1.2.0',
      process: { user: { uid: 0, gid: 0 }, args: [], cwd: '/' },
      root: { path: '/' },
      linux,
    }),
  );
}

test.each<[string, NamespaceType]>([
  ['net.ipv4.ip_forward', 'network'],
  ['net/ipv4/ip_forward', 'network'],
  ['net/ipv4/conf/eth0.7/rp_filter', 'network'],
  ['net.ipv4.conf.eth0/7.rp_filter', 'network'],
  ['kernel.shmmax', 'ipc'],
  ['fs.mqueue.msg_max', 'ipc'],
  ['kernel.domainname', 'uts'],
  ['user.max_net_namespaces', 'user'],
])('%s needs a %s namespace', (key, type) => {
  expect(said(key, [type])).toBe('nothing was thrown');
  expect(said(key, ['pid'])).toBe(`sysctl ${key}: the container needs its own ${type} namespace for it`);
});

test.each(['kernel.panic', 'vm.swappiness', 'net', 'net/../kernel/panic', 'net..x', 'net.ipv4.a b', ''])(
  '%j is not the container’s',
  (key) => {
    const all: NamespaceType[] = ['network', 'ipc', 'uts', 'user'];
    expect(said(key, all)).toBe(`sysctl ${key}: it is the whole machine's, not of a namespace`);
  },
);

test('kernel.hostname has a word of its own', () => {
  expect(said('kernel.hostname', ['uts'])).toBe('sysctl kernel.hostname: it has a word of its own, hostname');
});
