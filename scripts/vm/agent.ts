// Runs inside the virtual machine and does what the host asks: one JSON line for each command, one for each answer,
// over a virtio port (vm.ts is the other side).
//
//     {"id": 1, "argv": ["ls", "/"]}   →   {"id": 1, "code": 0, "stdout": "YmluCg==", "stderr": ""}

import { spawn } from 'node:child_process';
import { createReadStream, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Answer, Request } from './protocol.ts';

/** How long after a command's end its children may still write to its output. */
const GRACE_MS = 500;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function openPort(): number {
  const folder = '/sys/class/virtio-ports';
  const name = readdirSync(folder).find((port) => readFileSync(`${folder}/${port}/name`, 'utf8').trim() === 'agent');
  return openSync(`/dev/${name}`, 'r+');
}

function send(port: number, message: object): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(port, bytes, sent);
}

function run(request: Request, answer: (answer: Answer) => void): void {
  const { id, argv, env = {}, cwd = '/', uid, stdin = '', timeoutMs } = request;
  const [program = '', ...rest] = request.onInitramfs ? insideInitramfs(argv) : argv;
  const home = uid === undefined ? '/root' : '/data/user';
  const child = spawn(program, rest, {
    env: { PATH, HOME: home, ...env },
    cwd,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk) => output.stdout.push(chunk));
  child.stderr.on('data', (chunk) => output.stderr.push(chunk));
  child.stdin.on('error', () => {}); // a program need not read its input
  child.stdin.end(Buffer.from(stdin, 'base64'));
  let tookTooLong = false;
  const timer = setTimeout(() => {
    tookTooLong = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const finish = (code: number, note = '') => {
    clearTimeout(timer);
    output.stderr.push(Buffer.from(note));
    answer({
      id,
      code,
      tookTooLong,
      stdout: Buffer.concat(output.stdout).toString('base64'),
      stderr: Buffer.concat(output.stderr).toString('base64'),
    });
  };
  child.on('error', (error) => finish(127, `${error.message}\n`));
  child.on('close', (code, signal) => finish(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  child.on('exit', () => {
    setTimeout(() => closeAll(child.stdout, child.stderr), GRACE_MS);
  });
}

function closeAll(...streams: Readable[]): void {
  for (const stream of streams) stream.destroy();
}

function insideInitramfs(argv: string[]): string[] {
  const keeper = readFileSync('/run/initramfs.pid', 'utf8').trim();
  return ['nsenter', '-m', '-t', keeper, '--', ...argv];
}

const port = openPort();
createInterface({ input: createReadStream('', { fd: port }) }).on('line', (line) => {
  run(JSON.parse(line) as Request, (answer) => send(port, answer));
});
send(port, { id: 0 }); // the machine is up
