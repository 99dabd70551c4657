// A virtual machine with a kernel of our choice, in which commands can be run:
//
//     await using vm = await Vm.start();
//     const { code, stdout, stderr } = await vm.run(['slipway', 'run', '--rm', 'box', 'id']);
//
// It is qemu without hardware help (TCG), so it works inside of containers and on any CI machine. Commands go to the
// agent (agent.ts) over qemu's own stdin and stdout, which lead to a virtio port in the machine.

import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { BUSYBOX, writeInitramfs } from './initramfs.ts';
import { findKernel, type Kernel } from './kernel.ts';
import type { Answer, Request } from './protocol.ts';

const QEMU = '/usr/bin/qemu-system-x86_64';
const MKE2FS = '/usr/sbin/mke2fs';
const PACKAGES = 'apt install --no-install-recommends qemu-system-x86 linux-image-cloud-amd64 busybox-static e2fsprogs';
/** The answer that says the machine is up. */
const READY = 0;
/** For the way there and back. */
const GRACE_MS = 30_000;
const BOOT_TIMEOUT_MS = 120_000;
/** Their use: guest/init. */
const DISKS = ['vda', 'vdb', 'vdc'];
const DISK_BYTES = 256 * 1024 * 1024;

export interface VmOptions {
  /** Which cgroups the machine mounts. */
  cgroups?: 'v2' | 'v1' | 'hybrid';
  memoryMiB?: number;
  /**
   * 2, unless said otherwise. Where several are emulated at once, a process that was forked of Node and runs code which V8 has
   * just written now and then crashes (SIGSEGV, or a check of V8's): on one never, and it takes hardly longer.
   */
  processors?: 1 | 2;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  input?: string | Buffer;
  /** Run as this user; 1000 has a home and a range of ids. */
  uid?: number;
  onInitramfs?: boolean;
  /** After this long the command is killed and run() throws. */
  timeoutMs?: number;
}

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** What is missing on this machine to start one, as a sentence; undefined when nothing is. */
export function whyNot(): string | undefined {
  if (process.arch !== 'x64') return 'the virtual machine is x86_64 only';
  const program = [QEMU, MKE2FS, BUSYBOX].find((path) => !existsSync(path));
  if (program) return `${program} is missing: ${PACKAGES}`;
  const kernel = findKernel();
  if (!kernel) return `there is no cloud kernel in /boot: ${PACKAGES}`;
  try {
    accessSync(kernel.image, constants.R_OK);
  } catch {
    return `${kernel.image} cannot be read by this user`;
  }
  return undefined;
}

type Qemu = ChildProcessByStdio<Writable, Readable, Readable>;

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export class Vm implements AsyncDisposable {
  readonly #qemu: Qemu;
  readonly #console: number;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: Error | undefined;
  #isStopped = false;

  private constructor(qemu: Qemu, console: number) {
    this.#qemu = qemu;
    this.#console = console;
  }

  /** Boots one, in 8 seconds where nothing else runs. @throws Error with the end of the console's output when it does not come up. */
  static async start(options: VmOptions = {}): Promise<Vm> {
    const missing = whyNot();
    const kernel = findKernel();
    if (missing || !kernel) throw new Error(`no virtual machine: ${missing}`);
    const folder = mkdtempSync(join(tmpdir(), 'slipway-vm-'));
    try {
      prepareFiles(folder, kernel);
      const console = openSync(join(folder, 'console'), 'w+');
      const vm = new Vm(spawnQemu(folder, kernel, options), console);
      await vm.#boot();
      return vm;
    } finally {
      rmSync(folder, { recursive: true }); // qemu holds its disks open; a crash of ours leaves nothing to clean up
    }
  }

  /** Runs a command to its end. @throws Error when it takes too long or the machine ends. */
  async run(argv: string[], options: RunOptions = {}): Promise<Result> {
    const { input = '', timeoutMs = 60_000, ...rest } = options;
    const stdin = Buffer.from(input).toString('base64');
    const request = { id: this.#nextId++, argv, stdin, timeoutMs, ...rest };
    const { code, tookTooLong, ...output } = await this.#ask(request);
    const result = { code, stdout: decode(output.stdout), stderr: decode(output.stderr) };
    if (tookTooLong) {
      const said = `${result.stdout}${result.stderr}${this.console()}`;
      throw new Error(`${argv.join(' ')}: still running after ${timeoutMs} ms\n${said}`);
    }
    return result;
  }

  /** The last lines of the machine's console. */
  console(): string {
    const lines = readFileSync(`/proc/self/fd/${this.#console}`, 'utf8').trimEnd().split('\n');
    return `--- console ---\n${lines.slice(-40).join('\n')}\n`;
  }

  /** Ends the machine at once. Doing it twice is harmless. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    const isRunning = this.#qemu.exitCode === null && this.#qemu.signalCode === null;
    if (isRunning) {
      const ended = once(this.#qemu, 'exit');
      this.#qemu.kill('SIGKILL');
      await ended;
    }
    closeSync(this.#console);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #boot(): Promise<void> {
    let said = '';
    this.#qemu.stderr.on('data', (chunk) => (said += chunk));
    this.#qemu.once('exit', (code, signal) =>
      this.#end(new Error(`qemu ended (${signal ?? code}) ${said}\n${this.console()}`)),
    );
    createInterface({ input: this.#qemu.stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    try {
      await this.#answerTo(READY, BOOT_TIMEOUT_MS, 'the machine did not come up');
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  #ask(request: Request): Promise<Answer> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#qemu.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#answerTo(
      request.id,
      request.timeoutMs + GRACE_MS,
      `${request.argv.join(' ')}: no answer from the machine`,
    );
  }

  async #answerTo(id: number, timeoutMs: number, complaint: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => reject(new Error(`${complaint} for ${timeoutMs} ms\n${this.console()}`)), timeoutMs);
    this.#waiting.set(id, { resolve, reject });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  #hear(answer: Answer): void {
    this.#waiting.get(answer.id)?.resolve(answer);
  }

  #end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}

function prepareFiles(folder: string, kernel: Kernel): void {
  writeInitramfs(join(folder, 'initramfs'), kernel);
  for (const disk of DISKS) {
    writeFileSync(join(folder, disk), '');
    truncateSync(join(folder, disk), DISK_BYTES); // sparse: takes room only for what the machine writes
  }
  execFileSync(MKE2FS, ['-q', '-t', 'ext4', join(folder, 'vdb')]);
}

/** setpriv asks the kernel to end qemu when this process ends, however that happens (man 2 prctl, PR_SET_PDEATHSIG). */
function spawnQemu(
  folder: string,
  { image }: Kernel,
  { cgroups = 'v2', memoryMiB = 1024, processors = 2 }: VmOptions,
): Qemu {
  const drive = (name: string) => ['-drive', `file=${folder}/${name},format=raw,if=virtio,cache=unsafe`];
  const qemu = [
    ...[QEMU, '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', String(processors), '-m', `${memoryMiB}M`],
    ...['-kernel', image, '-initrd', `${folder}/initramfs`],
    ...['-append', `console=ttyS0 loglevel=4 panic=-1 mitigations=off cgroups=${cgroups}`],
    ...['-serial', `file:${folder}/console`],
    ...DISKS.flatMap(drive),
    ...['-chardev', 'stdio,id=agent,signal=off', '-device', 'virtio-serial-pci'],
    ...['-device', 'virtserialport,chardev=agent,name=agent'],
  ];
  return spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...qemu], { stdio: ['pipe', 'pipe', 'pipe'] });
}
