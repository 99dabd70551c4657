// `slipway-oci` on a kernel with cgroup v2 alone (Linux 6.1): the life of a container, with its freezer and its limits.

import { expect, test } from 'vitest';
import { describeInVm } from './in-vm.ts';

const SCRIPT = `set -e
slipway run --rm box true
mkdir /tmp/b; cd /tmp/b
cp -a /var/lib/slipway/layers/box-* rootfs
alias oci=/slipway/slipway-oci
oci spec
sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sleep", "1000"/' config.json
status() { oci state a | grep -o '"status": "[a-z]*"'; }
oci create a < /dev/null > /dev/null; status
oci start a; status
cat /proc/$(oci ps -f json a | tr -d '[]')/cgroup
oci pause a; status
oci resume a; status
oci update --memory 64m --pids-limit 33 a
cat /sys/fs/cgroup/slipway/a/memory.max /sys/fs/cgroup/slipway/a/pids.max
oci exec a cat /proc/self/cgroup
oci events --stats a | grep -o '"limit":[0-9]*'
oci delete -f a
ls /run/slipway-oci /sys/fs/cgroup/slipway 2>&1 | wc -l`; // the names of the folders, and an error for each that is gone

describeInVm('slipway-oci on cgroup v2', {}, (run) => {
  test('creates, starts, pauses, limits, enters and deletes a container', async () => {
    const { code, stdout, stderr } = await run(['sh', '-c', SCRIPT]);
    const status = (word: string) => `"status": "${word}"`;
    const statuses = ['created', 'running', 'paused', 'running'].map(status);
    const [created, running, paused, resumed] = statuses;
    expect({ code, stderr, lines: stdout.trim().split('\n') }).toEqual({
      code: 0,
      stderr: '',
      lines: [
        ...[created, running, '0::/slipway/a', paused, resumed, String(64 << 20), '33', '0::/'],
        ...[`"limit":${64 << 20}`, '"limit":33'],
        expect.stringMatching(/^[0-3]$/),
      ],
    });
  });
});
