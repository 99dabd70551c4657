// The learner's shim is started, and then the kernel is asked: whose children are there, what stands in the log, who got the
// signal. The command is a sleep whose number of seconds nobody else has, so that /proc tells when it runs.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, isTrue } from '../../src/learn/goal.ts';
import type { Lab } from '../../src/learn/lab/lab.ts';
import { cmdline, parentOf, processes, stateOf } from '../../src/learn/lab/processes.ts';
import { PATIENCE_MS } from '../../src/learn/lab/program.ts';
import { endedByError, ProgramFailed } from '../../src/learn/lab/program-failed.ts';
import { both, type Text } from '../../src/learn/text.ts';
import { SIGTERM } from '../../src/linux/constants.ts';

const LOOP_HINTS: Text[] = [
  {
    en: 'poll() waits for several descriptors at once. Put those of the two pipes behind signals and pidfd, as long as they are open; and then keep() each of them.',
    zh: 'poll() 可以同时等好几个描述符。把两个管道的描述符排在 signals 和 pidfd 后面（只要还开着），然后对每个调用 keep()。',
  },
  {
    en: 'keep(): what was read goes to source.lines.push(), which gives back the records that are complete; keepRecords() writes them. At 0 the source is at its end: poll would report it for ever.',
    zh: 'keep()：读到的交给 source.lines.push()，它返回已经完整的记录，keepRecords() 负责写。读到 0 说明到头了：不标记的话，poll 会一直报告它。',
  },
  both(
    'const open = sources.filter(({ isOpen }) => isOpen); const events = poll([signals, pidfd, ...open.map(({ fd }) => fd)].map((fd) => ({ fd, events: POLLIN })));  …  for (const source of open) keep(source);',
  ),
];

const SIGNAL_HINTS: Text[] = [
  {
    en: 'Each call of readSignal() gives a number. SIGTERM came to us, but is meant for the command.',
    zh: '每次调用 readSignal() 得到一个编号。SIGTERM 是发给我们的，但要给的是命令。',
  },
  both(
    'for (let signal = readSignal(signals); signal !== undefined; signal = readSignal(signals)) { if (signal === SIGCHLD) reapOrphans(pid); else pidfd_send_signal(pidfd, signal); }',
  ),
];

const ORPHAN_HINTS: Text[] = [
  {
    en: 'Lesson 10, step 5: who asks for orphans becomes their parent. It has to be asked before the command is started.',
    zh: '第 10 课第 5 步：谁声明收养孤儿，谁就当它们的父进程。要在启动命令之前声明。',
  },
  {
    en: 'A child that has ended stays a zombie until its parent waits for it. SIGCHLD says when: reapOrphans(pid) waits for all but the command.',
    zh: '子进程结束后，父进程不 wait，它就一直是僵尸。SIGCHLD 告诉你什么时候该 wait：reapOrphans(pid) 会 wait 除命令以外的所有子进程。',
  },
  both('prctl(PR_SET_CHILD_SUBREAPER, 1);   …   if (signal === SIGCHLD) reapOrphans(pid);'),
];

export const check: Check = {
  file: 'my-shim.ts',
  goals: [
    {
      name: 'log',
      title: {
        en: 'while the command runs, its lines are in the log, stdout and stderr told apart',
        zh: '命令还在运行，日志里就有它的每一行，stdout 和 stderr 分得清',
      },
      hints: LOOP_HINTS,
      ask: async (lab) => {
        const shim = await Shim.start(lab, (rest) => `echo to out; echo to err >&2; ${rest}`);
        await shim.untilItRests();
        const lines = await shim.untilLogged(2);
        const has = (log: string, stream: string) => lines.some((line) => line.log === log && line.stream === stream);
        return isTrue(has('to out\n', 'stdout') && has('to err\n', 'stderr'), {
          en: `log.jsonl has ${shim.logText || 'nothing'}`,
          zh: `log.jsonl 里是：${shim.logText || '什么都没有'}`,
        });
      },
    },
    {
      name: 'flow',
      title: { en: 'a command that writes more than a pipe holds goes on', zh: '命令写的比管道装得下的多，也能继续' },
      hints: LOOP_HINTS,
      ask: async (lab) => {
        const shim = await Shim.start(lab, (rest) => `head -c 300000 /dev/zero | tr '\\0' x; ${rest}`);
        return isTrue(await shim.rests(), {
          en: 'it waits in write(): the pipe is full, and nobody reads it',
          zh: '它卡在 write() 里：管道满了，没有人读',
        });
      },
    },
    {
      name: 'signal',
      title: { en: 'SIGTERM to the shim reaches the command', zh: '发给 shim 的 SIGTERM，命令收得到' },
      hints: SIGNAL_HINTS,
      ask: async (lab) => {
        const shim = await Shim.start(lab, (rest) => `trap 'exit 9' TERM; ${rest} & wait`);
        await shim.untilItRests();
        process.kill(shim.pid, SIGTERM);
        const code = await shim.exitCode();
        return isTrue(code === '9', {
          en: `the command was to end with 9, and DIR/exit says ${code ?? 'nothing'}`,
          zh: `命令应当以 9 结束，DIR/exit 里是 ${code ?? '空的'}`,
        });
      },
    },
    {
      name: 'orphan',
      title: {
        en: 'a process that the command leaves behind becomes a child of the shim, and no zombie',
        zh: '命令丢下的进程成为 shim 的子进程，也不会变成僵尸',
      },
      hints: ORPHAN_HINTS,
      ask: async (lab) => {
        const shim = await Shim.start(lab, (rest) => `sh -c '${rest} &'; exec sleep 1000000000`);
        const orphan = await shim.untilItRests();
        const parent = await untilOrphaned(orphan);
        if (parent !== shim.pid) {
          return { en: `its parent is process ${parent}, not the shim`, zh: `它的父进程是 ${parent}，不是 shim` };
        }
        process.kill(orphan, 'SIGKILL');
        const isReaped = await comesTrue(() => stateOf(orphan) === '');
        return isTrue(isReaped, { en: 'it has ended, and is a zombie', zh: '它结束了，却成了僵尸' });
      },
    },
    {
      name: 'left',
      title: {
        en: 'when the command ends, what it has started in the background ends too, and the shim',
        zh: '命令结束时，它放到后台的进程也结束，shim 也结束',
      },
      hints: [
        {
          en: 'In a PID namespace the kernel does that. Here there is none: endOrphans() ends all that has become our child.',
          zh: '有 PID namespace 的话，内核会做这件事。这里没有：endOrphans() 会结束所有成了我们子进程的进程。',
        },
        {
          en: 'The background process holds the pipe open: to wait for its end would be to wait for ever. What counts is the end of the command.',
          zh: '后台进程还开着管道：等管道关闭就会永远等下去。要看的是命令的结束。',
        },
        ...ORPHAN_HINTS.slice(2),
        both('endOrphans();'),
      ],
      ask: async (lab) => {
        const shim = await Shim.start(lab, (rest) => `${rest} & echo the last word`);
        const code = await shim.exitCode();
        if (code !== '0') return { en: `DIR/exit says ${code ?? 'nothing'}`, zh: `DIR/exit 里是 ${code ?? '空的'}` };
        const isGone = await comesTrue(() => shim.resting() === undefined && !/^[^Z]$/.test(stateOf(shim.pid)));
        if (!isGone)
          return { en: 'the background process, or the shim, is still there', zh: '后台进程还在，或者 shim 还在' };
        return isTrue(shim.logText.includes('the last word'), {
          en: 'what the command has written last is not in the log',
          zh: '命令最后写的内容不在日志里',
        });
      },
    },
    {
      name: 'exit',
      title: { en: 'how it ended is written down', zh: '命令怎么结束的，记了下来' },
      hints: [
        {
          en: 'DIR/exit is written when the loop is over, and that is when the pidfd can be read from: the second of the events.',
          zh: '循环结束时写 DIR/exit；pidfd 可读，循环就该结束：它是 events 里的第二个。',
        },
        {
          en: 'This was there when you began: waitpid() for the command, and for no other child, gives its status. reapOrphans() leaves it to you.',
          zh: '这一步原来就有：对命令（而不是别的子进程）调用 waitpid()，得到它的 status。reapOrphans() 会把它留给你。',
        },
      ],
      ask: async (lab) => {
        const shim = await Shim.start(lab, () => 'exit 7');
        const code = await shim.exitCode();
        return isTrue(code === '7', {
          en: `after exit 7, DIR/exit says ${code ?? 'nothing'}`,
          zh: `exit 7 之后，DIR/exit 里是 ${code ?? '空的'}`,
        });
      },
    },
  ],
};

interface LogLine {
  log: string;
  stream: string;
  time: string;
}

let count = 0;

/** The learner's shim, with a shell for its command. */
class Shim {
  readonly pid: number;
  readonly #folder: string;
  readonly #seconds: string;

  private constructor(pid: number, folder: string, seconds: string) {
    this.pid = pid;
    this.#folder = folder;
    this.#seconds = seconds;
  }

  /** @param script gets the words for a sleep that is known by its number. @throws ProgramFailed when it does not come back. */
  static async start(lab: Lab, script: (rest: string) => string): Promise<Shim> {
    const [folder, seconds] = [lab.folder('shim'), String(2_000_000_000 + count++)];
    const { stdout, report, code } = await lab.call([folder, 'sh', '-c', script(`sleep ${seconds}`)]);
    if (report) throw endedByError(report);
    const pid = Number(/^\d+$/m.exec(stdout)?.[0] ?? 0);
    if (code !== 0 || pid === 0) throw new ProgramFailed(NO_NUMBER, undefined);
    return new Shim(pid, folder, seconds);
  }

  /** The process that the sleep is. */
  resting(): number | undefined {
    return processes().find((pid) => cmdline(pid) === `sleep\0${this.#seconds}\0`);
  }

  async rests(): Promise<boolean> {
    return comesTrue(() => this.resting() !== undefined);
  }

  async untilItRests(): Promise<number> {
    if (!(await this.rests())) throw new ProgramFailed(NEVER_RAN, undefined);
    return this.resting() as number;
  }

  get logText(): string {
    const file = join(this.#folder, 'log.jsonl');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Its lines, as soon as there are so many, or when there never are. */
  async untilLogged(least: number): Promise<LogLine[]> {
    await comesTrue(() => this.#lines().length >= least, 1000);
    return this.#lines();
  }

  #lines(): LogLine[] {
    const lines = this.logText.split('\n').slice(0, -1);
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as LogLine];
      } catch {
        return [];
      }
    });
  }

  /** What DIR/exit says, when it is there. */
  async exitCode(): Promise<string | undefined> {
    const file = join(this.#folder, 'exit');
    const isThere = await comesTrue(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
    return isThere ? readFileSync(file, 'utf8').trim() : undefined;
  }
}

const NO_NUMBER: Text = {
  en: 'it has not printed the number of the shim',
  zh: '它没有打印 shim 的进程号',
};

const NEVER_RAN: Text = {
  en: 'the command does not get as far as it should',
  zh: '命令没有走到该到的地方',
};

/** Looks again and again, for half as long as a program may take. */
async function comesTrue(holds: () => boolean, milliseconds = PATIENCE_MS / 2): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(10)) if (holds()) return true;
  return holds();
}

/** The parent of a process, once that is not any more the shell which started it. */
async function untilOrphaned(pid: number): Promise<number> {
  await comesTrue(() => !cmdline(parentOf(pid)).startsWith('sh\0'));
  return parentOf(pid);
}
