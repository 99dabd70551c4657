// The doctor on cgroup v2 alone: what root can do, what a user cannot, and with what they can.

import { expect, test } from 'vitest';
import { describeInVm, type Run } from './in-vm.ts';

interface Question {
  name: string;
  state: string;
  seen: string;
  cure?: string;
}

/** The doctor's answer on cgroups, from a shell that has run `before`. */
async function cgroups(
  run: Run,
  before: string,
  ask = 'slipway doctor --json --lang en',
): Promise<Question | undefined> {
  const { stdout, stderr } = await run(['sh', '-ec', `${before}\n${ask}`], { timeoutMs: 300_000 });
  if (stdout === '') throw new Error(stderr);
  const { questions } = JSON.parse(stdout) as { questions: Question[] };
  return questions.find(({ name }) => name === 'cgroups');
}

const AS_USER = 'su user -c "exec slipway doctor --json --lang en"';

describeInVm('the doctor on cgroup v2', {}, (run) => {
  test('finds all limits for root', async () => {
    expect(await cgroups(run, '')).toMatchObject({ state: 'good', seen: 'version 2' });
  });

  test('finds none for a user to whom nothing is delegated', async () => {
    const answer = await cgroups(run, '', AS_USER);
    expect(answer?.seen).toContain('nothing delegated to you that has cpu, memory, pids');
  });

  test('finds those that are delegated', async () => {
    const delegate = (controllers: string, name: string) => `
      cd /sys/fs/cgroup
      mkdir above-${name}
      cd above-${name}
      echo '${controllers}' > cgroup.subtree_control
      mkdir ${name}
      chown -R 1000:1000 ${name}
      chown root ${name}/cpu.* ${name}/memory.* ${name}/pids.* 2>/dev/null || true
      echo $$ > ${name}/cgroup.procs`;
    const part = await cgroups(run, delegate('+memory +pids', 'part'), AS_USER);
    expect(part?.seen).toMatch(/nothing delegated to you that has cpu$/);
    expect(await cgroups(run, delegate('+cpu +memory +pids', 'whole'), AS_USER)).toMatchObject({ state: 'good' });
  });

  test('finds none in a container with a cgroup namespace of its own, and says what would help', async () => {
    const alone = 'mkdir /sys/fs/cgroup/alone; echo $$ > /sys/fs/cgroup/alone/cgroup.procs';
    const program = `
      import { unshare } from '/slipway/src/linux/namespaces.ts';
      import { execve } from '/slipway/src/linux/process.ts';
      import { keepStdio } from '/slipway/src/exec/stdio.ts';
      keepStdio();
      unshare(0x2020000); // CLONE_NEWCGROUP | CLONE_NEWNS
      const script = 'umount /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; exec slipway doctor --json --lang en';
      execve('/bin/sh', ['sh', '-ec', script], ['PATH=' + process.env.PATH]);`;
    const answer = await cgroups(run, alone, `/slipway/scripts/node.sh --input-type=module -e "${program}"`);
    expect(answer?.seen).toContain('none can be made with cpu, memory, pids');
    expect(answer?.cure).toContain('--cgroupns=host');
  });
});
