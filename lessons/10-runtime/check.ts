// An engine calls the learner's runtime: one of ours (engine.ts) step by step, and podman where it is. What counts is what
// the kernel says of the container in between.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathOfProgram } from '../../src/learn/find-program.ts';
import { type Answer, type Check, isTrue } from '../../src/learn/goal.ts';
import { HOME } from '../../src/learn/home.ts';
import type { Lab } from '../../src/learn/lab/lab.ts';
import { PATIENCE_MS } from '../../src/learn/lab/program.ts';
import { both, type Text } from '../../src/learn/text.ts';
import { isInUserNamespace } from '../../src/linux/namespaces.ts';
import { Engine, untilGone } from './engine.ts';

const WAIT_HINTS: Text[] = [
  {
    en: 'Step 5 quotes the two halves of it: makeExecFifo() before the clone, awaitWord() in the child. All is imported.',
    zh: '第 5 步引用了它的两半：clone 之前 makeExecFifo()，子进程里 awaitWord()。需要的都已经 import 了。',
  },
  {
    en: 'The word is the last thing that the child waits for: behind it come keepStdio() and execve alone. The fifo is made before the clone, where its path still leads to it.',
    zh: '子进程最后等的就是这个字：后面只剩 keepStdio() 和 execve。fifo 要在 clone 之前建，那时路径还通。',
  },
  both('const wait = makeExecFifo(fifo);   …   awaitWord(wait);'),
];

const LEAVE_HINTS: Text[] = [
  {
    en: 'create ends with the exit code of the container, as `run` does. An engine asks for that later, and not of create.',
    zh: '这里的 create 像 `run` 一样，以容器的退出码结束。引擎以后才要这个退出码，而且不是问 create 要。',
  },
  {
    en: 'Do not wait for the child of clone3. Who waits for it is decided by the kernel: step 3.',
    zh: '不要等 clone3 的子进程。谁来等它，由内核决定：见第 3 步。',
  },
  both('return 0;'),
];

const START_HINTS: Text[] = [
  {
    en: 'sendWord(fifo) does it all: it opens the fifo, writes, and waits until the program has begun. What it returns says what came of it.',
    zh: 'sendWord(fifo) 全都做了：打开 fifo、写入、等程序开始。结果如何，看它的返回值。',
  },
  both("const answer = sendWord(fifo); if (!answer?.begun) throw new Error('it does not wait for a start');"),
];

const STATE_HINTS: Text[] = [
  {
    en: 'Two questions to the kernel: is the process of state.json still that process, and does somebody have the fifo open to read?',
    zh: '问内核两个问题：state.json 里的进程还是那个进程吗？有没有人打开着 fifo 在读？',
  },
  {
    en: "isAlive() is the one, isAwaited() the other. isAlive() wants a status too: { ...load(), status: 'running' }.",
    zh: "前一个是 isAlive()，后一个是 isAwaited()。isAlive() 还要一个 status：{ ...load(), status: 'running' }。",
  },
  both(
    "if (!isAlive({ ...load(), status: 'running' })) return 'stopped'; return isAwaited(fifo) ? 'created' : 'running';",
  ),
];

export const check: Check = {
  file: 'my-runtime.ts',
  goals: [
    {
      name: 'waits',
      title: {
        en: 'after create the container is there, and its program waits',
        zh: 'create 之后容器已经在了，它的程序在等',
      },
      hints: WAIT_HINTS,
      ask: async (lab) => {
        const engine = new Engine(lab);
        const pid = await engine.create();
        const shared = ['mnt', 'pid', 'net', 'uts', 'ipc'].filter((kind) => isShared(pid, kind));
        return isTrue(shared.length === 0, {
          en: `process ${pid} of the --pid-file shares namespaces with whoever called create: ${shared.join(', ')}`,
          zh: `--pid-file 里的进程 ${pid} 和调用 create 的人共用 namespace：${shared.join('、')}`,
        });
      },
    },
    {
      name: 'goes-on',
      title: { en: 'create comes back, and the container lives on without it', zh: 'create 返回之后，容器继续活着' },
      hints: LEAVE_HINTS,
      ask: async (lab) => {
        const engine = new Engine(lab);
        const pid = await engine.create();
        return isTrue(existsSync(`/proc/${pid}/exe`), {
          en: `process ${pid} of the --pid-file is gone`,
          zh: `--pid-file 里的进程 ${pid} 已经不在了`,
        });
      },
    },
    {
      name: 'start',
      title: { en: 'start lets that very process become the program', zh: 'start 让那个进程变成程序' },
      hints: START_HINTS,
      ask: async (lab) => {
        const engine = new Engine(lab);
        const pid = await engine.create();
        const network = readlinkSync(`/proc/${pid}/ns/net`);
        await engine.must('start');
        const program = engine.findProgram();
        if (program === undefined)
          return { en: 'start came back, and the program does not run', zh: 'start 返回了，程序却没有运行' };
        return isTrue(program === pid && readlinkSync(`/proc/${program}/ns/net`) === network, {
          en: `the program is process ${program}, and create told of ${pid}`,
          zh: `程序是进程 ${program}，create 报告的却是 ${pid}`,
        });
      },
    },
    {
      name: 'state',
      title: {
        en: 'state says created, running, and stopped, as it is',
        zh: 'state 如实说出 created、running、stopped',
      },
      hints: STATE_HINTS,
      ask: async (lab) => {
        const engine = new Engine(lab);
        const pid = await engine.create();
        const said = [await engine.status()];
        await engine.must('start');
        said.push(await engine.status());
        await engine.must('kill', 'KILL');
        await untilGone(pid);
        said.push(await engine.status());
        const list = said.join(', ');
        return isTrue(list === 'created, running, stopped', { en: `it said ${list}`, zh: `它说的是 ${list}` });
      },
    },
    {
      name: 'killed',
      title: {
        en: 'one that was killed while it waited has stopped, and cannot be started',
        zh: '等待时被杀死的容器是 stopped，不能再 start',
      },
      hints: [...STATE_HINTS.slice(0, 2), ...START_HINTS],
      ask: async (lab) => {
        const engine = new Engine(lab);
        const pid = await engine.create();
        process.kill(pid, 'SIGKILL');
        await untilGone(pid);
        const status = await engine.status();
        const { code } = await engine.call('start');
        return isTrue(status === 'stopped' && code !== 0, {
          en: `its first process is gone; state said ${status}, and start ended with ${code}`,
          zh: `第一个进程已经不在了；state 说的是 ${status}，start 以 ${code} 结束`,
        });
      },
    },
    {
      name: 'delete',
      title: {
        en: 'delete refuses one that runs, and leaves nothing of one that has stopped',
        zh: 'delete 拒绝正在运行的；已停止的，删得干干净净',
      },
      hints: [
        {
          en: 'remove() was there when you began. It asks statusOf(), so that has to know what runs and what has stopped.',
          zh: 'remove() 原来就有。它问的是 statusOf()，所以 statusOf() 要分得清在运行和已停止。',
        },
        ...STATE_HINTS,
      ],
      ask: async (lab) => {
        const engine = new Engine(lab);
        const before = cgroups();
        const pid = await engine.create();
        await engine.must('start');
        if ((await engine.call('delete')).code === 0)
          return { en: 'it deleted one that runs', zh: '正在运行的容器也被它删了' };
        await engine.must('kill', 'KILL');
        await untilGone(pid);
        await engine.must('delete');
        const left = cgroups().filter((path) => !before.includes(path) && path.includes(engine.id));
        if (left.length > 0) return { en: `a cgroup is left: ${left[0]}`, zh: `还留着一个 cgroup：${left[0]}` };
        const { code } = await engine.call('state');
        return isTrue(code !== 0, { en: 'state still knows it', zh: 'state 还认得它' });
      },
    },
    {
      name: 'podman',
      title: { en: 'podman runs a container by it', zh: 'podman 用它运行容器' },
      hints: [
        {
          en: 'The goals above come first: podman asks for the same, with a larger config.json. What podman says of an error is the last line of your program.',
          zh: '先达成上面的目标：podman 要的是同样的事，只是 config.json 更长。podman 报告的错误，就是你的程序打印的最后一行。',
        },
        {
          en: 'lessons/10-runtime/podman.sh has podman call any runtime, in the guard: see the last step of the lesson.',
          zh: 'lessons/10-runtime/podman.sh 可以在 guard 里让 podman 调用任何运行时，见本课最后一步。',
        },
      ],
      ask: askPodman,
    },
  ],
};

function isShared(pid: number, kind: string): boolean {
  return readlinkSync(`/proc/${pid}/ns/${kind}`) === readlinkSync(`/proc/self/ns/${kind}`);
}

/** The folders of all hierarchies. */
function cgroups(): string[] {
  return readdirSync('/sys/fs/cgroup', { recursive: true, encoding: 'utf8' });
}

async function askPodman(lab: Lab): Promise<Answer> {
  if (pathOfProgram('podman') === undefined)
    return { leftOut: { en: 'podman is not installed', zh: '没有安装 podman' } };
  if (isInUserNamespace()) return { leftOut: { en: 'here podman needs root', zh: '在这里 podman 需要 root' } };
  const runtime = join(lab.folder('runtime'), 'my-runtime');
  writeFileSync(runtime, `#!/bin/sh\nexec ${lab.words.join(' ')} "$@"\n`, { mode: 0o755 });
  const script = join(HOME, 'lessons/10-runtime/podman.sh');
  const run = promisify(execFile)(script, [runtime, 'sh', '-c', 'echo hello; exit 7'], {
    cwd: HOME,
    timeout: PATIENCE_MS,
  });
  const { code, stdout, stderr } = await run.then(
    (end) => ({ ...end, code: 0 }),
    (error) => error,
  );
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return isTrue(code === 7 && stdout.startsWith('hello\n'), {
    en: `podman was to say hello and end with 7, and ended with ${code}: ${said}`,
    zh: `podman 应当说 hello、以 7 结束，却以 ${code} 结束：${said}`,
  });
}
