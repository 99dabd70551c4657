// Lesson 05's goals: the command is in a cgroup of its own, whose three limits are set and hold, and which goes with it.
//
// A limit is asked for twice: what its file says, and whether the kernel acts on it.

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CgroupView, cgroupOf } from '../../src/learn/cgroup-view.ts';
import { type Check, type Goal, isTrue } from '../../src/learn/goal.ts';
import { ProgramFailed } from '../../src/learn/lab/program-failed.ts';
import type { Text } from '../../src/learn/text.ts';

const CONTROLLERS = ['cpu', 'memory', 'pids'];
const MEMORY = 64 << 20;
const PROCESSES = 32;

const own: Goal = {
  name: 'cgroup',
  title: { en: 'the command is in a cgroup of its own', zh: '命令在自己的 cgroup 里' },
  hints: [
    {
      en: 'A process is in the cgroup that it was forked in, until its pid is written to another one. Who makes the cgroup, and who joins it: the parent or the child?',
      zh: '进程 fork 出来时就在父进程的 cgroup 里，直到它的 pid 被写进另一个。谁来创建 cgroup，谁来加入：父进程还是子进程？',
    },
    {
      en: 'createCgroup(path, limits) makes it. joinLater(1) and joinLater(2) open what is needed for joining and give you functions for the child: call both, each does what there is to do on its version.',
      zh: 'createCgroup(path, limits) 创建它。joinLater(1) 和 joinLater(2) 打开加入时要用的文件，并各返回一个函数，留给子进程调用：两个都要调用，每个负责自己那个版本。',
    },
    {
      en: 'The parent calls joinLater before start(), and the function that start() takes calls what joinLater gave.',
      zh: '父进程在 start() 之前调用 joinLater，传给 start() 的函数再去调用 joinLater 返回的函数。',
    },
  ],
  ask: async (lab) => {
    const { pid, programPid } = await lab.hold([]);
    const shared = CONTROLLERS.filter((controller) => !cgroupOf(pid, controller).isOwn).join(', ');
    if (shared !== '') {
      return {
        en: `/proc/${pid}/cgroup: for ${shared} it is where your program was started`,
        zh: `/proc/${pid}/cgroup：就 ${shared} 而言，它还在你的程序启动时所在的 cgroup 里`,
      };
    }
    const joined = CONTROLLERS.filter((controller) => cgroupOf(programPid, controller).isOwn).join(', ');
    return isTrue(joined === '', {
      en: `/proc/${programPid}/cgroup: for ${joined} your own program is in it too`,
      zh: `/proc/${programPid}/cgroup：就 ${joined} 而言，你的程序自己也在里面`,
    });
  },
};

const cpu: Goal = {
  name: 'cpu',
  title: { en: 'its quota is a fifth of a processor', zh: '它的 CPU 配额是五分之一个处理器' },
  hints: [
    {
      en: 'A quota is so many microseconds out of every period. A fifth of 100 milliseconds is how many microseconds?',
      zh: '配额是每个周期里的若干微秒。100 毫秒的五分之一是多少微秒？',
    },
    {
      en: 'The limits have the names of the OCI specification: cpu: { quota, period }, both in microseconds.',
      zh: '限制的写法和 OCI 规范一样：cpu: { quota, period }，单位都是微秒。',
    },
  ],
  ask: async (lab) => {
    const cgroup = cgroupOf((await lab.hold([])).pid, 'cpu');
    const quota = cgroup.read({ v1: 'cpu.cfs_quota_us', v2: 'cpu.max' }); // v2 has both in one file
    const [share, period] = `${quota} ${cgroup.read({ v1: 'cpu.cfs_period_us', v2: 'no such file' })}`.split(' ');
    return isTrue(
      Number(share) / Number(period) === 0.2,
      says(cgroup, 'cpu.cfs_quota_us', 'cpu.max', `${share} / ${period}`, '1 / 5'),
    );
  },
};

const memory: Goal = {
  name: 'memory',
  title: {
    en: 'its memory is limited to 64 MB, with no swap beside it',
    zh: '它的内存上限是 64 MB，而且没有额外的 swap',
  },
  hints: [
    {
      en: 'A limit on memory alone lets the kernel move pages to swap: how is it told that there is none?',
      zh: '只限制内存的话，内核可以把页换到 swap 里去：怎样告诉它没有 swap 可用？',
    },
    {
      en: 'memory: { limit, swap } in bytes. As with Docker, swap is memory and swap together: the same number means no swap.',
      zh: 'memory: { limit, swap }，单位是字节。和 Docker 一样，swap 指内存与 swap 之和：两个数相同就是没有 swap。',
    },
  ],
  ask: async (lab) => {
    const cgroup = cgroupOf((await lab.hold([])).pid, 'memory');
    const limit = cgroup.read({ v1: 'memory.limit_in_bytes', v2: 'memory.max' });
    if (Number(limit) !== MEMORY) return says(cgroup, 'memory.limit_in_bytes', 'memory.max', limit, MEMORY);
    const swap = cgroup.read({ v1: 'memory.memsw.limit_in_bytes', v2: 'memory.swap.max' });
    const none = cgroup.version === 1 ? MEMORY : 0; // v1 counts both together
    const isSet = swap === '' || Number(swap) === none; // this kernel may count no swap at all
    return isTrue(isSet, says(cgroup, 'memory.memsw.limit_in_bytes', 'memory.swap.max', swap, none));
  },
};

const pids: Goal = {
  name: 'pids',
  title: { en: 'it may have 32 processes', zh: '它最多可以有 32 个进程' },
  hints: [
    { en: 'The controller is called pids, on v1 and v2 alike.', zh: '这个控制器在 v1 和 v2 上都叫 pids。' },
    { en: 'The third part of the limits: pids: { limit: … }', zh: '限制的第三部分：pids: { limit: … }' },
  ],
  ask: async (lab) => {
    const cgroup = cgroupOf((await lab.hold([])).pid, 'pids');
    const most = cgroup.read({ v1: 'pids.max', v2: 'pids.max' });
    return isTrue(Number(most) === PROCESSES, says(cgroup, 'pids.max', 'pids.max', most, PROCESSES));
  },
};

const refused: Goal = {
  name: 'fork',
  title: { en: 'the 33rd process is refused', zh: '第 33 个进程会被拒绝' },
  hints: [
    {
      en: 'A limit counts those that are in the cgroup. Is the command in it when it begins to fork?',
      zh: '限制只数 cgroup 里面的进程。命令开始 fork 的时候，它已经在里面了吗？',
    },
    {
      en: 'Children are in the cgroup that their parent is in at that moment: join before execve, not afterwards.',
      zh: '子进程在哪个 cgroup，取决于 fork 那一刻父进程在哪个：要在 execve 之前加入，而不是之后。',
    },
  ],
  ask: async (lab) => {
    const held = await lab.hold([], background(`for i in ${numbers(PROCESSES + 8)}; do sleep 100 & done`));
    const cgroup = cgroupOf(held.pid, 'pids');
    if (!cgroup.isOwn) return HAS_NONE;
    const count = () => Number(cgroup.read({ v1: 'pids.current', v2: 'pids.current' }));
    const refusals = () => field(cgroup.read({ v1: 'pids.events', v2: 'pids.events' }), 'max');
    await until(() => refusals() > 0 || count() > PROCESSES + 4);
    return isTrue(refusals() > 0 && count() <= PROCESSES, {
      en: `its cgroup has ${count()} processes, and fork was refused ${refusals()} times`,
      zh: `它的 cgroup 里有 ${count()} 个进程，fork 被拒绝了 ${refusals()} 次`,
    });
  },
};

const oom: Goal = {
  name: 'oom',
  title: { en: 'a process that wants 200 MB is killed', zh: '想用 200 MB 的进程会被杀死' },
  hints: [
    {
      en: 'The kernel kills when it can neither give more memory nor take any back. What could it still take back?',
      zh: '内核既给不出更多内存、又收不回内存时才会杀进程。它还能从哪里收回内存？',
    },
    {
      en: 'From swap there is always something to be had: limit memory and swap together to the same 64 MB.',
      zh: '有 swap 就总能腾出内存：把内存与 swap 之和也限制为同样的 64 MB。',
    },
  ],
  ask: async (lab) => {
    const held = await lab.hold([], 'dd if=/dev/zero of=/dev/null bs=200M count=1 >/dev/null 2>&1');
    const cgroup = cgroupOf(held.pid, 'memory');
    if (!cgroup.isOwn) return HAS_NONE;
    const kills = field(cgroup.read({ v1: 'memory.oom_control', v2: 'memory.events' }), 'oom_kill');
    return isTrue(kills > 0, {
      en: `in its cgroup nobody was killed for want of memory (oom_kill ${kills})`,
      zh: `它的 cgroup 里没有进程因为内存不足被杀（oom_kill ${kills}）`,
    });
  },
};

const gone: Goal = {
  name: 'gone',
  title: {
    en: 'the cgroup is gone afterwards, even if the command leaves a process behind',
    zh: '命令结束后 cgroup 也没有了，哪怕命令留下了进程',
  },
  hints: [
    {
      en: 'Only rmdir removes a cgroup, and only one that is empty. What did a command with & leave in it?',
      zh: '只有 rmdir 能删除 cgroup，而且必须是空的。带 & 的命令会在里面留下什么？',
    },
    {
      en: 'After waitpid: killAll() ends what is left, remove() takes the folders away.',
      zh: '在 waitpid 之后：killAll() 结束剩下的进程，remove() 删掉目录。',
    },
  ],
  ask: async (lab) => {
    const held = await lab.hold([], background('sleep 100'));
    const cgroups = CONTROLLERS.map((controller) => cgroupOf(held.pid, controller));
    if (cgroups.some(({ isOwn }) => !isOwn)) return HAS_NONE;
    await held.end();
    const left = cgroups.find(({ folder }) => existsSync(folder));
    return isTrue(left === undefined, {
      en: `${left?.folder} is still there`,
      zh: `${left?.folder} 还在`,
    });
  },
};

const code: Goal = {
  name: 'code',
  title: { en: 'your program ends with the exit code of the command', zh: '程序以命令的退出码结束' },
  hints: [
    {
      en: 'What waitpid gives has to survive the clean-up.',
      zh: 'waitpid 得到的状态，在清理之后还要用。',
    },
    {
      en: 'As it was shipped: _exit(exitCode(status)), in the last line.',
      zh: '和原来一样，最后一行是：_exit(exitCode(status))。',
    },
  ],
  ask: async (lab) => {
    const { code, report } = await lab.run(['sh', '-c', 'exit 7']);
    if (report) throw new ProgramFailed({ en: report.message, zh: report.message }, report);
    return isTrue(code === 7, {
      en: `the command ended with 7, your program with ${code}`,
      zh: `命令的退出码是 7，程序的是 ${code}`,
    });
  },
};

export const check: Check = { goals: [own, cpu, memory, pids, refused, oom, gone, code] };

const HAS_NONE = { en: 'the command has no cgroup of its own', zh: '命令没有自己的 cgroup' };

/** What a file of the cgroup says. A memory limit of v1 that was never set is the largest number of pages. */
function says(
  { isOwn, version, folder }: CgroupView,
  v1: string,
  v2: string,
  value: string,
  wanted: number | string,
): Text {
  if (!isOwn) return HAS_NONE;
  const file = `${folder}/${version === 1 ? v1 : v2}`;
  const isSet = !/^(-1|max)\b/.test(value) && !(Number(value) > 2 ** 60);
  return {
    en: `${file} says ${value || 'nothing'}${isSet ? '' : ', which is no limit'}, not ${wanted}`,
    zh: `${file} 的内容是 ${value || '空'}${isSet ? '' : '（即没有限制）'}，不是 ${wanted}`,
  };
}

/** A shell line that runs beside the one that the lab looks for, and keeps none of its pipes. */
function background(line: string): string {
  return `(${line}) </dev/null >/dev/null 2>&1 & :`;
}

function numbers(upTo: number): string {
  return Array.from({ length: upTo }, (_, index) => index + 1).join(' ');
}

/** The number behind a word: `oom_kill 1`. */
function field(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** Waits for what comes true soon; the goal then says what is. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !holds(); tries++) await sleep(20);
}
