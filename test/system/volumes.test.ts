// What a container sees of the host's files: bind mounts, volumes, and folders in memory.

import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchSpec } from './safety/traps.ts';
import { homeOf, SLIPWAY, scratch, slipway, spawnOptions, start } from './slipway.ts';
import { ordinaryUser, type User, userWithoutRange } from './users.ts';

/** A folder of the host with a file and a folder, which belong to the user. */
function sourceFolder(user?: User): string {
  const folder = scratch('source', user);
  writeFileSync(join(folder, 'file'), 'from the host\n');
  mkdirSync(join(folder, 'sub'));
  for (const name of ['file', 'sub']) if (user) chownSync(join(folder, name), user.uid, user.gid);
  return folder;
}

describe.each<[string, () => User | undefined]>([
  ['root', () => undefined],
  ['a user with a range of ids', ordinaryUser],
  ['a user with one id', userWithoutRange],
])('as %s', (_, getUser) => {
  const user = getUser();

  /** Runs a shell line in a container. */
  const run = (flags: readonly string[], line: string) =>
    slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', line], { user });

  describe('-v HOST:CONTAINER', () => {
    test('shows a folder, and writes go to the host', async () => {
      const folder = sourceFolder(user);
      const { code, stdout, stderr } = await run(['-v', `${folder}:/d`], 'cat /d/file; echo new > /d/new; ls /d');
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'from the host\nfile\nnew\nsub\n', stderr: '' });
      expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('new\n');
      expect(statSync(join(folder, 'new')).uid).toBe(user?.uid ?? 0);
    });

    test('shows a file at the place of a file, and where there is none', async () => {
      const folder = sourceFolder(user);
      const { stdout } = await run(
        ['-v', `${folder}/file:/etc/passwd`, '-v', `${folder}/file:/a/new/place`],
        'cat /etc/passwd /a/new/place; test -f /a/new/place && echo file',
      );
      expect(stdout).toBe('from the host\nfrom the host\nfile\n');
    });

    test('makes a folder of the host that is missing; --mount wants it to be there', async () => {
      const folder = sourceFolder(user);
      expect((await run(['-v', `${folder}/not/yet:/d`], 'ls -A /d')).stdout).toBe('');
      expect(lstatSync(join(folder, 'not/yet')).isDirectory()).toBe(true);
      const refused = await run(['--mount', `type=bind,source=${folder}/nor/this,target=/d`], 'true');
      expect(refused).toEqual({
        code: 125,
        stdout: '',
        stderr: `slipway: bind source path does not exist: ${folder}/nor/this\n`,
      });
      expect(existsSync(join(folder, 'nor'))).toBe(false);
    });

    test('a relative path is meant from here', async () => {
      const folder = sourceFolder(user);
      const { stdout } = await slipway(['run', '--rm', '-v', './sub/..:/d', 'box', 'ls', '/d'], { user, cwd: folder });
      expect(stdout).toBe('file\nsub\n');
    });

    test(':ro refuses every write', async () => {
      const folder = sourceFolder(user);
      for (const flags of [
        ['-v', `${folder}:/d:ro`],
        ['-v', `${folder}:/d:ro,z`],
        ['--mount', `type=bind,src=${folder},dst=/d,readonly`],
        ['--mount', `type=bind,src=${folder},dst=/d,ro=true`],
      ]) {
        const { stdout, stderr } = await run(
          flags,
          'cat /d/file; echo > /d/new; echo > /d/file; rm -r /d/sub; mkdir /d/other',
        );
        expect(stdout).toBe('from the host\n');
        expect(stderr.match(/Read-only file system/g)).toHaveLength(4);
      }
      expect(readdirSync(folder)).toEqual(['file', 'sub']);
    });

    test('the host sees no mount of it', async () => {
      const folder = sourceFolder(user);
      await using box = start(
        ['run', '--rm', '--name', 'hidden', '-v', `${folder}:/d`, 'box', 'sh', '-c', 'echo ready; sleep 1000'],
        { user },
      );
      await box.says('ready');
      const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
      const ours = [folder, homeOf(user).SLIPWAY_ROOT];
      expect(mounts.filter((line) => ours.some((path) => line.includes(path)))).toEqual([]);
      await slipway(['rm', '-f', 'hidden'], { user });
    });

    test('a place below another is mounted after it, in whatever order they are given', async () => {
      const [outer, inner] = [sourceFolder(user), scratch('inner', user)];
      writeFileSync(join(inner, 'deep'), '');
      const { stdout } = await run(['-v', `${inner}:/d/sub`, '-v', `${outer}:/d`], 'ls /d /d/sub');
      expect(stdout).toBe('/d:\nfile\nsub\n\n/d/sub:\ndeep\n');
    });
  });

  describe('volumes', () => {
    test('keep what was written under their name', async () => {
      expect((await run(['-v', 'kept:/v'], 'echo one > /v/a')).code).toBe(0);
      expect((await run(['-v', 'kept:/elsewhere'], 'cat /elsewhere/a')).stdout).toBe('one\n');
      expect((await run(['--mount', 'src=kept,dst=/v,readonly'], 'echo two > /v/a')).stderr).toContain(
        'Read-only file system',
      );
    });

    test('begin with what the image has there, its owners and modes', async () => {
      const show = 'ls -ln /etc/passwd | cut -c1-10; head -1 /etc/passwd; ls -ld /tmp | cut -c1-10';
      const asImage = (await run([], show)).stdout;
      expect((await run(['-v', 'etc:/etc', '-v', '/tmp'], show)).stdout).toBe(asImage);
      expect((await run(['-v', 'etc:/etc'], 'echo changed >> /etc/passwd; tail -1 /etc/passwd')).stdout).toBe(
        'changed\n',
      );
      expect((await run(['-v', 'etc:/etc'], 'tail -1 /etc/passwd')).stdout).toBe('changed\n');
    });

    test('are empty with nocopy', async () => {
      expect((await run(['-v', 'none:/usr:nocopy'], 'ls -A /usr')).stdout).toBe('');
      expect((await run(['--mount', 'dst=/usr,volume-nocopy'], 'ls -A /usr')).stdout).toBe('');
    });

    test('without a name go with a container that is run with --rm', async () => {
      const folder = join(homeOf(user).SLIPWAY_ROOT, 'volumes');
      expect((await run(['-v', '/v'], 'echo > /v/a; ls /v')).stdout).toBe('a\n');
      await expect.poll(() => readdirSync(folder).filter((each) => /^[0-9a-f]{64}$/.test(each))).toEqual([]);
    });

    test('without a name stay when a container is removed, as with Docker, but for rm -v', async () => {
      const folder = join(homeOf(user).SLIPWAY_ROOT, 'volumes');
      const before = readdirSync(folder);
      for (const [flag, left] of [
        ['-v', 0],
        ['--force', 1],
      ] as const) {
        await slipway(['run', '--name', 'owner', '-v', '/v', 'box', 'touch', '/v/a'], { user });
        expect(readdirSync(folder).length).toBe(before.length + 1);
        expect((await slipway(['rm', flag, 'owner'], { user })).code).toBe(0);
        expect(readdirSync(folder).length).toBe(before.length + left);
      }
    });
  });

  describe('folders in memory', () => {
    const line = 'grep " /t " /proc/self/mounts | cut -d" " -f3,4; ls -ld /t | cut -c1-10';

    test('--tmpfs has Docker’s options, and those that are given over them', async () => {
      const own = (text: string) => text.replace(/,uid=\d+,gid=\d+/, '');
      expect(own((await run(['--tmpfs', '/t'], line)).stdout)).toBe(
        'tmpfs rw,nosuid,nodev,noexec,relatime\ndrwxrwxrwt\n',
      );
      const changed = await run(['--tmpfs', '/t:size=2m,mode=750,exec,ro'], line);
      expect(own(changed.stdout)).toBe('tmpfs ro,nosuid,nodev,relatime,size=2048k,mode=750\ndrwxr-x---\n');
      const long = await run(['--mount', 'type=tmpfs,dst=/t,tmpfs-size=3m,tmpfs-mode=1770'], line);
      expect(own(long.stdout)).toBe('tmpfs rw,nosuid,nodev,noexec,relatime,size=3072k,mode=1770\ndrwxrwx--T\n');
    });

    test('hold no more than their size', async () => {
      const { stderr } = await run(['--tmpfs', '/t:size=1m'], 'dd if=/dev/zero of=/t/x bs=1M count=2');
      expect(stderr).toContain('No space left on device');
      const shm = await run(['--shm-size', '1m'], 'dd if=/dev/zero of=/dev/shm/x bs=1M count=2');
      expect(shm.stderr).toContain('No space left on device');
    });

    test('can be written to in a container whose root cannot: --read-only', async () => {
      const folder = sourceFolder(user);
      const flags = ['--read-only', '--tmpfs', '/t', '-v', `${folder}:/d`, '-v', '/v'];
      const { stdout, stderr } = await run(flags, 'touch /t/a /d/a /v/a /dev/shm/a && echo ok; touch /a /etc/a /tmp/a');
      expect(stdout).toBe('ok\n');
      expect(stderr.match(/Read-only file system/g)).toHaveLength(3);
    });

    test('begin with what the image has there with tmpcopyup', async () => {
      expect((await run(['--tmpfs', '/etc:tmpcopyup'], 'head -c 4 /etc/passwd')).stdout).toBe('root');
    });
  });

  describe('what cannot be had is said in one line', () => {
    const folder = sourceFolder(user);
    test.each([
      [['-v', `${folder}:/d`, '-v', `${folder}/sub:/d/.`], 'duplicate mount point: /d'],
      [['-v', `${folder}:/proc`], 'cannot mount on /proc: it would hide or fake what /proc says'],
      [['-v', `${folder}:/proc/self`], 'cannot mount on /proc/self: it would hide or fake what /proc says'],
      [['-v', `${folder}/file:/tmp`], `cannot bind ${folder}/file on /tmp: the one is a file, the other a folder`],
      [
        ['-v', `${folder}:/etc/passwd`],
        `cannot bind ${folder} on /etc/passwd: that, or a part of the path, is a file in the container`,
      ],
      [
        ['-v', `${folder}:/etc/passwd/below`],
        `cannot bind ${folder} on /etc/passwd/below: that, or a part of the path, is a file in the container`,
      ],
      [
        ['-v', `${folder}:/d:ro`, '-v', `${folder}:/d/missing`],
        'cannot mount on /d/missing: it is missing, and what is mounted above it is read-only in the container',
      ],
      [
        ['--tmpfs', '/sys/missing'],
        'cannot mount on /sys/missing: it is missing, and what is mounted above it is read-only in the container',
      ],
      [
        ['-v', `${folder}:/d:rw,ro`],
        `invalid argument "${folder}:/d:rw,ro" for "-v, --volume" flag: invalid mode: rw,ro. Choose one of them`,
      ],
      [
        ['-v', `${folder}:/`],
        `invalid argument "${folder}:/" for "-v, --volume" flag: invalid specification: destination can't be '/'`,
      ],
      [
        ['--tmpfs', '/t:size=lots'],
        'invalid argument "/t:size=lots" for "--tmpfs" flag: invalid tmpfs option "size=lots": size is a number, perhaps with k, m, g or % behind',
      ],
      [['--tmpfs', '/t:colour=red'], /invalid tmpfs option "colour=red": it is none of /],
    ])('%j', async (flags, sentence) => {
      const { code, stdout, stderr } = await run(flags, 'true');
      expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 125, stdout: '', lines: 2 });
      if (typeof sentence === 'string') expect(stderr).toBe(`slipway: ${sentence}\n`);
      else expect(stderr).toMatch(sentence);
    });

    if (user) {
      test('shared propagation', async () => {
        const { stderr } = await run(['-v', `${folder}:/d:rshared`], 'true');
        expect(stderr).toBe(
          `slipway: propagation rshared of ${folder} needs root: no mount goes from a user namespace to the host\n`,
        );
      });
    }
  });
});

describe('mounts below a bind mount', () => {
  /** Runs a shell script of the host where its mounts are its own. `$S` is slipway, `$D` a folder to mount on. */
  function onHost(script: string): string {
    const options = spawnOptions({ env: { S: SLIPWAY, D: scratch('mounts') } });
    const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-ec', script], { ...options, encoding: 'utf8' });
    return stdout + stderr;
  }
  const TWO_MOUNTS = 'mount -t tmpfs outer $D; mkdir $D/below; mount -t tmpfs inner $D/below';

  test('are read-only with it, all the way down', () => {
    const said = onHost(
      `${TWO_MOUNTS}; $S run --rm -v $D:/d:ro box sh -c 'touch /d/a; touch /d/below/b; mount -o remount,rw /d/below; true'`,
    );
    expect(said.match(/Read-only file system/g)).toHaveLength(2);
  });

  test('stay writable with bind-recursive=writable, and do not come along with bind-recursive=disabled', () => {
    const mount = 'type=bind,src=$D,dst=/d,readonly,bind-recursive';
    expect(
      onHost(`${TWO_MOUNTS}; $S run --rm --mount ${mount}=writable box sh -c 'touch /d/below/b && echo written'`),
    ).toBe('written\n');
    expect(onHost(`${TWO_MOUNTS}; touch $D/below/b; $S run --rm --mount ${mount}=disabled box ls -A /d/below`)).toBe(
      '',
    );
  });

  const SHARED = 'mount -t tmpfs outer $D; mount --make-shared $D; mkdir $D/later';
  const LATER = (flag: string) =>
    onHost(`${SHARED}
      mkfifo $D/ready $D/go
      $S run --rm -v $D:/d${flag} box sh -c 'echo > /d/ready; read x < /d/go; ls /d/later' &
      read x < $D/ready; mount -t tmpfs late $D/later; touch $D/later/seen; echo > $D/go; wait`);

  test('that are made later are not seen, but with rslave or rshared', () => {
    expect(LATER('')).toBe('');
    expect(LATER(':rslave')).toBe('seen\n');
    expect(LATER(':rshared')).toBe('seen\n');
  });

  test('that the container makes are seen by the host with rshared alone', () => {
    const inside = "sh -c 'mount -t tmpfs mine /d/later && touch /d/later/mine'";
    const script = (flag: string) =>
      onHost(`${SHARED}; $S run --rm --privileged -v $D:/d:${flag} box ${inside}; ls $D/later`);
    expect(script('rshared')).toBe('mine\n');
    expect(script('rslave')).toBe('');
    expect(script('rprivate')).toBe('');
  });

  test('that the container makes are seen by the host wherever in a config.json the shared mount stands', async () => {
    const inside = ['sh', '-c', 'mount -t tmpfs mine /d/later && touch /d/later/mine'];
    const bundle = await scratchSpec(['--privileged', '-v', '/SOURCE:/d:rshared', 'box', ...inside], (spec) =>
      spec.mounts?.sort((a, b) => Number(b.destination === '/d') - Number(a.destination === '/d')),
    );
    expect(
      onHost(`${SHARED}; sed -i "s|/SOURCE|$D|" ${bundle}/config.json
        $S run --rm --config ${bundle}; ls $D/later`),
    ).toBe('mine\n');
  });

  test('a source that does not propagate is refused where that is asked for', () => {
    const script = (flag: string) =>
      onHost(`mount -t tmpfs outer $D; mount --make-private $D; $S run --rm -v $D:/d:${flag} box true || echo $?`);
    expect(script('rshared')).toMatch(/^125\nslipway: path (\S+) is mounted on \1 but it is not a shared mount: /);
    expect(script('slave')).toMatch(
      /^125\nslipway: path (\S+) is mounted on \1 but it is not a shared or slave mount: /,
    );
  });
});
