// What goes in and out of a program: the caller's own descriptors, or a terminal that somebody else takes.

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { F_SETFL, O_NONBLOCK } from '../../../src/linux/constants.ts';
import { close, fcntl, read, tryRead, write } from '../../../src/linux/files.ts';
import { receiveFd } from '../../../src/linux/pass-fd.ts';
import { accept4, bindUnix, connectUnix, listen, socket } from '../../../src/linux/sockets.ts';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';
import { done, makeBundle, newId, oci, root, SLIPWAY_OCI, start, stateOf } from './oci.ts';

const opened: number[] = [];
afterEach(() => {
  for (const fd of opened.splice(0)) close(fd);
});

/** A socket of this name that listens, and takes a terminal. */
function consoleSocket(path: string): { fd: () => number } {
  const server = socket();
  bindUnix(server, path);
  listen(server);
  opened.push(server);
  return {
    fd: () => {
      const connection = accept4(server);
      const master = receiveFd(connection);
      fcntl(master, F_SETFL, O_NONBLOCK);
      opened.push(connection, master);
      return master;
    },
  };
}

/** What comes out of a terminal until it holds `text`. */
async function hear(master: number, text: string): Promise<string> {
  let said = '';
  await until(`the terminal to say ${text}`, () => {
    const chunk = Buffer.alloc(4096);
    const count = tryRead(master, chunk);
    if (count > 0) said += chunk.toString('utf8', 0, count);
    return said.includes(text);
  });
  return said;
}

describe('--console-socket', () => {
  const terminalBundle = () =>
    makeBundle(({ process }) => {
      process.terminal = true;
      process.consoleSize = { height: 33, width: 77 };
      process.args = [
        'sh',
        '-c',
        'tty; stty size </dev/tty; ls -l /dev/console; read line; echo "got $line"; exec sleep 1000',
      ];
    });

  test('gets the terminal of a container, which is its /dev/console too', async () => {
    const path = join(scratch('socket'), 'console');
    const listener = consoleSocket(path);
    const bundle = await terminalBundle();
    const id = newId();
    done(['create', '-b', bundle, '--console-socket', path, id]);
    const master = listener.fd();
    done(['start', id]);
    expect(await hear(master, '/dev/console')).toMatch(/^\/dev\/pts\/0\r\n33 77\r\n/);
    write(master, Buffer.from('wind\n'));
    expect(await hear(master, 'got')).toContain('got wind\r\n');
    done(['delete', '-f', id]);
  });

  test('may have a path that is longer than a socket takes', async () => {
    const folder = scratch('x'.repeat(200));
    const short = join(scratch('s'), 'console');
    const listener = consoleSocket(short);
    renameSync(short, join(folder, 'console'));
    const bundle = await terminalBundle();
    const id = newId();
    done(['create', '-b', bundle, '--console-socket', join(folder, 'console'), id]);
    expect(listener.fd()).toBeGreaterThan(2);
    done(['delete', '-f', id]);
  });

  test('gets that of an exec', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = ['sleep', '1000'];
    });
    const id = newId();
    done(['run', '-d', '-b', bundle, id]);
    const path = join(scratch('socket'), 'console');
    const listener = consoleSocket(path);
    done(['exec', '-d', '-t', '--console-socket', path, id, 'sh', '-c', 'tty; exec sleep 1000']);
    expect(await hear(listener.fd(), 'pts')).toBe('/dev/pts/0\r\n');
    done(['delete', '-f', id]);
  });

  test('is wanted where there is a terminal, and refused where there is none', async () => {
    expect(oci(['create', '-b', await terminalBundle(), newId()])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('give its --console-socket'),
    });
    expect(oci(['create', '-b', await makeBundle(), '--console-socket', '/x', newId()])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--console-socket is for a terminal'),
    });
  });
});

describe('descriptors', () => {
  test('are those of the caller, and no others', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = [
        'sh',
        '-c',
        'exec 7<&0; for fd in 0 1 2 3 4 5 6; do [ -e /proc/self/fd/$fd ] && echo $fd; done; true',
      ];
    });
    const [file] = [openSync('/etc/passwd', 'r')];
    const id = newId();
    const { code, stdout } = oci(['run', '-b', bundle, id], { fds: [file] });
    closeSync(file);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '0\n1\n2\n' });
  });

  test('of the container itself are its own null device, not the host’s', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = ['sleep', '1000'];
    });
    const id = newId();
    const nothing = openSync('/dev/null', 'r+');
    spawnSync(SLIPWAY_OCI, ['--root', root, 'run', '-d', '-b', bundle, id], { stdio: [nothing, nothing, nothing] });
    closeSync(nothing);
    const { pid } = stateOf(id);
    for (const fd of [0, 1, 2])
      expect(statSync(`/proc/${pid}/fd/${fd}`).ino).toBe(statSync(`/proc/${pid}/root/dev/null`).ino);
    expect(statSync(`/proc/${pid}/fd/0`).ino).not.toBe(statSync('/dev/null').ino);
    done(['delete', '-f', id]);
  });

  test('are passed on as far as --preserve-fds counts', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = ['sh', '-c', 'echo from inside >&4; cat <&3; [ ! -e /proc/self/fd/5 ] && echo no more'];
    });
    const folder = scratch('fds');
    writeFileSync(join(folder, 'in'), 'from outside\n');
    const fds = [openSync(join(folder, 'in'), 'r'), openSync(join(folder, 'out'), 'w'), openSync('/etc/passwd', 'r')];
    const { code, stdout } = oci(['run', '-b', bundle, '--preserve-fds', '2', newId()], { fds });
    for (const fd of fds) closeSync(fd);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'from outside\nno more\n' });
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('from inside\n');
  });

  test('are passed on to an exec too', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = ['sleep', '1000'];
    });
    const id = newId();
    done(['run', '-d', '-b', bundle, id]);
    const folder = scratch('fds');
    writeFileSync(join(folder, 'in'), 'from outside\n');
    const fds = [openSync(join(folder, 'in'), 'r')];
    for (const flags of [[], ['--detach']]) {
      const line = 'cat <&3 > /said; [ ! -e /proc/self/fd/4 ] && echo no more >> /said';
      oci(['exec', ...flags, '--preserve-fds', '1', id, 'sh', '-c', line], { fds });
      const said = join(bundle, 'rootfs/said');
      await until('it to be read', () => existsSync(said) && readFileSync(said, 'utf8') === 'from outside\nno more\n');
      rmSync(said);
      fds.splice(0, 1, openSync(join(folder, 'in'), 'r'));
    }
    done(['delete', '-f', id]);
  });

  test('of a container that waits for start are no files of the host but those that were given', async () => {
    const id = newId();
    done(['create', '-b', await makeBundle(), id]);
    const { pid } = stateOf(id);
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    const others = links.filter((link) => !/^(anon_inode:|pipe:|socket:)/.test(link));
    expect(others.filter((link) => !/\/(stdin|stdout|stderr)$/.test(link))).toEqual([join(root, id, 'exec.fifo')]);
    done(['delete', id]);
  });

  test('that are counted have to be open', async () => {
    expect(oci(['create', '-b', await makeBundle(), '--preserve-fds', '3', newId()])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('of the 3 descriptors from 3 on that are to be kept, 3 is not open'),
    });
  });

  test('of systemd come with LISTEN_FDS', async () => {
    const bundle = await makeBundle(({ process }) => {
      process.args = ['sh', '-c', 'echo $LISTEN_FDS $LISTEN_PID $$; cat <&3'];
    });
    const folder = scratch('fds');
    writeFileSync(join(folder, 'in'), 'a socket of systemd\n');
    const fd = openSync(join(folder, 'in'), 'r');
    const out = join(folder, 'out');
    const line = `LISTEN_PID=$$ LISTEN_FDS=1 exec ${SLIPWAY_OCI} --root ${root} run -b ${bundle} ${newId()} > ${out}`;
    expect(spawnSync('sh', ['-c', line], { stdio: ['ignore', 'inherit', 'inherit', fd] }).status).toBe(0);
    closeSync(fd);
    expect(readFileSync(out, 'utf8')).toBe('1 1 1\na socket of systemd\n');
  });
});

test('a program that says it is ready is heard at $NOTIFY_SOCKET, and start waits for that', async () => {
  const bundle = await makeBundle(({ process }) => {
    process.args = ['sh', '-c', 'echo $NOTIFY_SOCKET; ls -l $NOTIFY_SOCKET; exec sleep 1000'];
  });
  const path = join(scratch('socket'), 'host');
  const host = socket(0, 'SOCK_DGRAM');
  bindUnix(host, path);
  opened.push(host);
  const id = newId();
  const env = { NOTIFY_SOCKET: path };
  done(['create', '-b', bundle, id], { env });
  const { pid } = stateOf(id);
  await using starting = start(['start', id], { env });
  await until('the program to begin', () => stateOf(id).status === 'running');
  const program = socket(0, 'SOCK_DGRAM');
  connectUnix(program, `/proc/${pid}/root/run/notify/notify.sock`);
  write(program, Buffer.from('STATUS=nearly'));
  write(program, Buffer.from('READY=1\nSTATUS=there'));
  close(program);
  const message = () => {
    const buffer = Buffer.alloc(4096);
    return buffer.toString('utf8', 0, read(host, buffer));
  };
  expect([message(), message()]).toEqual(['READY=1\n', `MAINPID=${pid}\n`]);
  close(receiveFd(host)); // the pipe of BARRIER=1
  expect(await starting.ended).toEqual({ code: 0, stdout: '', stderr: '' });
  done(['delete', '-f', id]);
});

test('start does not wait for a program to be ready when nobody listens at $NOTIFY_SOCKET', async () => {
  const bundle = await makeBundle(({ process }) => {
    process.args = ['sleep', '1000'];
  });
  const id = newId();
  done(['run', '-d', '-b', bundle, id], { env: { NOTIFY_SOCKET: join(scratch('socket'), 'none') } });
  expect(stateOf(id).status).toBe('running');
  done(['delete', '-f', id]);
});
