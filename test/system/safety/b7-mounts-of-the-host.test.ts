// B7, B9: the host's mounts are as they were, whatever a container does; and what the host has forbidden on a mount, or a
// user has asked to be read-only, stays so inside.

import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SLIPWAY, scratch, slipway, spawnOptions } from '../slipway.ts';
import { ordinaryUser, type User } from '../users.ts';
import { put, rootfs } from './traps.ts';

/** Runs a shell script of the host where its mounts are its own, and / is shared as under systemd. $S is slipway. */
function onHost(script: string, variables: Record<string, string> = {}): { status: number | null; output: string } {
  const options = {
    ...spawnOptions({ env: { S: SLIPWAY, D: scratch('mounts'), ...variables } }),
    encoding: 'utf8',
  } as const;
  const begin = 'mount --make-rshared /; ';
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', begin + script], options);
  return { status, output: stdout + stderr };
}

describe("B7: the host's mount table", () => {
  const TABLE = 'sort /proc/self/mountinfo';

  test('is the same after thirty starts, of which ten fail, with / shared', () => {
    const root = rootfs();
    const { output } = onHost(
      `$S run --rm box true; ${TABLE} > $D/before
       for i in 1 2 3 4 5; do
         $S run --rm -v $D:/d:rslave --tmpfs /t box true
         $S run --rm -v $D:/d:rshared --rootfs ${root} true
         $S run --rm -v /:/host:ro box true
         $S run --rm --privileged box sh -c 'mount -t tmpfs x /mnt; mount --bind / /mnt'
         $S run --rm -v $D:/proc/1 box true
         $S run --rm box /no/such/program
       done >/dev/null 2>&1
       ${TABLE} | diff $D/before - && echo same`,
    );
    expect(output).toBe('same\n');
  });

  test('is the same while a container runs, with an image and with a folder as its root', () => {
    const root = rootfs();
    const { output } = onHost(
      `$S run --rm box true; mkfifo $D/ready $D/go; ${TABLE} > $D/before
       for root in box "--rootfs ${root}"; do
         $S run --rm -v $D:/d $root sh -c 'echo > /d/ready; read x < /d/go' &
         read x < $D/ready; ${TABLE} | diff $D/before - && echo same; echo > $D/go; wait
       done`,
    );
    expect(output).toBe('same\nsame\n');
  });

  test('can lose a mount that a container uses', () => {
    const { output } = onHost(
      `mkdir $D/source; mount -t tmpfs disk $D/source; touch $D/source/file; mkfifo $D/ready $D/go
       $S run --rm -v $D:/d -v $D/source:/s:rslave box sh -c 'echo > /d/ready; read x < /d/go; ls /s' &
       read x < $D/ready; umount $D/source && echo unmounted; echo > $D/go; wait; ls $D/source`,
    );
    expect(output).toBe('unmounted\nfile\n');
  });

  test('a disk that was mounted before is not held by a container that has nothing to do with it', () => {
    const { output } = onHost(
      `mkdir $D/disk; mount -t tmpfs disk $D/disk; mkfifo $D/ready $D/go
       $S run --rm -v $D/ready:/ready -v $D/go:/go box sh -c 'echo > /ready; read x < /go; grep -c disk /proc/self/mountinfo' &
       read x < $D/ready; umount $D/disk; grep -ls $D/disk /proc/[0-9]*/mountinfo 2>/dev/null; echo > $D/go; wait`,
    );
    expect(output).toBe('0\n');
  });
});

describe('B9: a bind mount', () => {
  test.each<[string, string[], User | undefined]>([
    ['root', [], undefined],
    [
      'root with all capabilities and no filter',
      ['--cap-add', 'ALL', '--security-opt', 'seccomp=unconfined'],
      undefined,
    ],
    ['an ordinary user', ['--cap-add', 'ALL', '--security-opt', 'seccomp=unconfined'], ordinaryUser()],
  ])('that is read-only is so for %s by every path', async (who, flags, user) => {
    const folder = scratch('source', user);
    put(folder, 'file', 'as it was');
    const tries = [
      'echo x > /d/file',
      'touch /d/new',
      'chmod 777 /d/file',
      'mount -o remount,bind,rw /d && echo x > /d/file',
      'mkdir /m; mount --bind /d /m && echo x > /m/file',
    ];
    // Root with CAP_SYS_ADMIN can take its own mount's flag off again: in a user namespace it is locked.
    const hopeless = who.includes('with all') ? tries.slice(0, 3) : tries;
    const script = hopeless.map((line) => `(${line}) 2>/dev/null && echo "${line}: done"`).join('\n');
    const { stdout } = await slipway(
      ['run', '--rm', ...flags, '-v', `${folder}:/d:ro`, 'box', 'sh', '-c', `${script}\ntrue`],
      {
        user,
      },
    );
    expect(stdout).toBe('');
  });

  test("of the host's /dev is read-only with the mounts below it", async () => {
    const name = `slipway-b9-${randomUUID()}`;
    onTestFinished(() => rmSync(`/dev/shm/${name}`, { force: true }));
    const { stdout } = await slipway([
      'run',
      '--rm',
      '-v',
      '/dev:/d:ro',
      'box',
      'sh',
      '-c',
      `touch /d/shm/${name} 2>&1`,
    ]);
    expect(stdout).toContain('Read-only file system');
  });

  test.each(['nosuid', 'nodev', 'noexec', 'ro'])(
    'of a source that is %s is so too, for root and for an ordinary user',
    (flag) => {
      const user = ordinaryUser();
      const home = scratch('home', user);
      const words = `grep -o " /s [a-z,]*" /proc/self/mountinfo`;
      const { output } = onHost(
        `mkdir $D/s; chmod 755 $D $D/s; mount -t tmpfs -o ${flag} x $D/s
       $S run --rm -v $D/s:/s box sh -c '${words}'
       setpriv --reuid ${user.uid} --regid ${user.gid} --clear-groups env HOME=${user.home} SLIPWAY_ROOT=${home}/a \
         SLIPWAY_RUN=${home}/b $S run --rm -v $D/s:/s box sh -c '${words}'`,
      );
      const lines = output.trim().split('\n');
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(line.split(/[ ,]/)).toContain(flag);
    },
  );

  test.each(['suid', 'dev', 'exec', 'rw'])('of an ordinary user cannot take a flag off: %s', (flag) => {
    const user = ordinaryUser();
    const home = scratch('home', user);
    const { output } = onHost(
      `mkdir $D/s; chmod 755 $D $D/s; mount -t tmpfs -o ro,nosuid,nodev,noexec x $D/s
       U="setpriv --reuid ${user.uid} --regid ${user.gid} --clear-groups env HOME=${user.home} SLIPWAY_ROOT=${home}/a SLIPWAY_RUN=${home}/b"
       $U $S spec box true > ${home}/plain.json
       sed 's#"mounts": \\[#"mounts": [{"destination":"/s","type":"bind","source":"'$D'/s","options":["rbind","${flag}"]},#' \
         ${home}/plain.json > ${home}/config.json
       $U $S run --rm --config ${home}/config.json; echo $?`,
    );
    expect(output).toContain('locked from outside');
    expect(output).toMatch(/^125$/m);
  });

  test.each([
    ['"destination": "/", "source": "/tmp"', /root itself/],
    ['"destination": "/a/..", "source": "/tmp"', /root itself/],
    ['"destination": "/x\\u0000y", "source": "/tmp"', /zero byte/],
    ['"destination": "/x", "source": "/etc\\u0000/passwd"', /zero byte/],
  ])('with %s is refused', async (fields, message) => {
    const bundle = scratch('bundle');
    const spec = JSON.parse((await slipway(['spec', '--rootfs', rootfs(), 'true'])).stdout);
    spec.mounts.push(JSON.parse(`{ "type": "bind", "options": ["rbind"], ${fields} }`));
    put(bundle, 'config.json', JSON.stringify(spec));
    const { code, stderr } = await slipway(['run', '--rm', '--config', bundle]);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringMatching(message) });
  });
});

describe('B12: a folder in memory', () => {
  test('has the mode of the folder it covers, unless another is asked for', async () => {
    const flags = ['--tmpfs', '/root', '--tmpfs', '/tmp', '--tmpfs', '/etc:mode=700', '--tmpfs', '/new'];
    const { stdout } = await slipway([
      'run',
      '--rm',
      ...flags,
      'box',
      'stat',
      '-c',
      '%a',
      '/root',
      '/tmp',
      '/etc',
      '/new',
    ]);
    expect(stdout).toBe('700\n1777\n700\n1777\n');
  });

  test('that copies what the image has takes links as links, wherever they lead', async () => {
    const root = rootfs();
    put(root, 'data/file', 'content', 0o640);
    spawnSync('ln', ['-s', '/etc/shadow', `${root}/data/shadow`]);
    spawnSync('ln', ['-s', '../../../../../etc', `${root}/data/etc`]);
    const flags = ['--rootfs', root, '--tmpfs', '/data:tmpcopyup'];
    const script = 'readlink /data/shadow; readlink /data/etc; stat -c %a:%F /data/file; cat /data/file';
    const { stdout } = await slipway(['run', '--rm', ...flags, 'sh', '-c', script]);
    expect(stdout).toBe('/etc/shadow\n../../../../../etc\n640:regular file\ncontent');
  });
});
