// Lesson 01's goals: the command is a process of its own, whose parent gives it everything and hears how it ended.

import { existsSync, readFileSync } from 'node:fs';
import { type Answer, type Check, isTrue } from '../../src/learn/goal.ts';
import type { Lab } from '../../src/learn/lab/lab.ts';
import { ProgramFailed } from '../../src/learn/lab/program-failed.ts';
import type { Text } from '../../src/learn/text.ts';

/** Words that get lost where somebody joins them to one line and splits it again. */
const DIFFICULT = ['', 'two words', '*', '$HOME', "it's", '-c', 'größer'];

export const check: Check = {
  goals: [
    {
      name: 'child',
      title: {
        en: 'the command is another process, and the program is its parent',
        zh: '命令是另一个进程，程序是它的父进程',
      },
      hints: [
        {
          en: 'One process has to become two before one of them may turn into something else. What does fork return in each?',
          zh: '先由一个进程变成两个，其中一个才能变成别的程序。fork 在两个进程里分别返回什么？',
        },
        {
          en: 'Where fork returned 0 you are the child: call execve there, with the path that findProgram finds, and the name as the first argument.',
          zh: 'fork 返回 0 的那一个就是子进程：在那里调用 execve，路径由 findProgram 找出，第一个参数是命令的名字。',
        },
      ],
      ask: async (lab) => {
        const held = await lab.hold([]);
        if (held.pid === held.programPid) return BECAME_IT;
        const parent = Number(held.status('PPid'));
        if (!existsSync(`/proc/${held.programPid}`)) return inherited(held.pid, parent);
        return isTrue(parent === held.programPid, {
          en: `the program is process ${held.programPid}, but the parent of the command is ${parent}`,
          zh: `程序是进程 ${held.programPid}，命令的父进程却是 ${parent}`,
        });
      },
    },
    {
      name: 'words',
      title: {
        en: 'its words arrive unchanged: empty ones, and those with spaces',
        zh: '参数原样到达：空的、带空格的都不变',
      },
      hints: [
        {
          en: 'execve takes an array, one element for each word. Nothing has to be joined, quoted or split.',
          zh: 'execve 接收的是数组，一个元素就是一个参数，不需要拼接、加引号或拆分。',
        },
        {
          en: 'The array begins with the name that the program is called by: [name, ...words].',
          zh: '数组的第一个元素是程序被调用时用的名字：[name, ...words]。',
        },
      ],
      ask: async (lab) => {
        const held = await lab.hold([], '', DIFFICULT);
        const arrived = held.read('cmdline').split('\0').slice(0, -1);
        const same = arrived[0] === 'sh' && JSON.stringify(arrived.slice(3)) === JSON.stringify(DIFFICULT);
        return isTrue(same, {
          en: `behind “sh -c …” stood ${show(DIFFICULT)}; /proc/${held.pid}/cmdline has “${arrived[0]}” and ${show(arrived.slice(3))}`,
          zh: `“sh -c …”后面本来是 ${show(DIFFICULT)}；/proc/${held.pid}/cmdline 里却是“${arrived[0]}”和 ${show(arrived.slice(3))}`,
        });
      },
    },
    {
      name: 'streams',
      title: {
        en: 'what the program is given to read reaches the command, and what that writes comes out',
        zh: '给程序的输入能到达命令，命令写出的内容能出来',
      },
      hints: [
        {
          en: 'Node marks descriptors 0, 1 and 2 close-on-exec: execve closes them. See src/exec/stdio.ts.',
          zh: 'Node 给描述符 0、1、2 打上了 close-on-exec 标记，execve 时会被关掉。参见 src/exec/stdio.ts。',
        },
        { en: 'Call keepStdio() in the child, before execve.', zh: '在子进程里、execve 之前调用 keepStdio()。' },
      ],
      ask: async (lab) => {
        const { stdout, stderr, report } = await lab.run(['sh', '-c', 'cat; echo problem >&2'], 'through\n');
        if (report) throw new ProgramFailed(cameOut('stdout', stdout), report);
        if (stdout !== 'through\n') return cameOut('stdout', stdout);
        return isTrue(stderr === 'problem\n', cameOut('stderr', stderr));
      },
    },
    {
      name: 'exit-code',
      title: { en: 'it ends with the exit code of the command', zh: '以命令的退出码结束' },
      hints: [
        {
          en: 'The parent hears how its child ended from waitpid, which does not return before.',
          zh: '父进程通过 waitpid 得知子进程怎样结束；子进程不结束，waitpid 不返回。',
        },
        {
          en: 'End with _exit, and give it what exitCode makes of the status.',
          zh: '用 exitCode 把状态换算成退出码，再交给 _exit。',
        },
      ],
      ask: (lab) => endsAs(lab, { 'exit 7': 7, 'exit 255': 255, true: 0 }),
    },
    {
      name: 'signal',
      title: {
        en: 'for a command that a signal ended, it ends with 128 + the number of the signal',
        zh: '命令被信号终止时，以 128 + 信号编号结束',
      },
      hints: [
        {
          en: 'A status says one of two things: exited, with a code, or signaled, with a number.',
          zh: '状态只说两件事之一：exited（带退出码），或 signaled（带信号编号）。',
        },
        {
          en: 'exitCode in src/linux/wait.ts makes one number of both.',
          zh: 'src/linux/wait.ts 里的 exitCode 把两种情况合成一个数。',
        },
      ],
      ask: (lab) => endsAs(lab, { 'kill -TERM $$': 143, 'kill -KILL $$': 137 }),
    },
    {
      name: 'no-zombie',
      title: { en: 'no zombie is left', zh: '不留下僵尸进程' },
      hints: [
        {
          en: 'A process that has ended keeps its number until its parent has asked for its status.',
          zh: '进程结束后仍占着自己的编号，直到父进程取走它的状态。',
        },
        {
          en: 'The parent must not end before waitpid(pid) has returned.',
          zh: '父进程必须等 waitpid(pid) 返回之后才能结束。',
        },
      ],
      ask: async (lab) => {
        const held = await lab.hold([]);
        await held.end();
        const state = stateOf(held.pid);
        if (state === undefined) return true;
        return {
          en: `the program has ended, and process ${held.pid}, which was the command, is still in /proc: ${state}`,
          zh: `程序已经结束，曾经是命令的进程 ${held.pid} 还在 /proc 里：${state}`,
        };
      },
    },
  ],
};

const BECAME_IT: Text = {
  en: 'the program itself has become the command: nobody is left to wait for it',
  zh: '程序自己变成了命令，没有谁来等它结束了',
};

function inherited(pid: number, parent: number): Text {
  return {
    en: `the program ended before the command, process ${pid}, did: process ${parent} has inherited that`,
    zh: `程序比命令（进程 ${pid}）先结束，命令被 ${parent} 号进程接手了`,
  };
}

/** `Z (zombie)`, or undefined for a process that is gone. */
function stateOf(pid: number): string | undefined {
  try {
    return /^State:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** Runs each shell line, and compares how the program ended. */
async function endsAs(lab: Lab, wanted: Record<string, number>): Promise<Answer> {
  for (const [line, code] of Object.entries(wanted)) {
    const ended = await lab.run(['sh', '-c', line]);
    if (ended.code !== code) throw new ProgramFailed(endedOtherwise(line, code, ended.code), ended.report);
  }
  return true;
}

function endedOtherwise(line: string, wanted: number, code: number): Text {
  return {
    en: `with “${line}” it has to end with ${wanted}, and ended with ${code}`,
    zh: `命令是“${line}”时应以 ${wanted} 结束，实际以 ${code} 结束`,
  };
}

function cameOut(stream: string, text: string): Text {
  const [wanted, way] =
    stream === 'stdout' ? ['through', 'read “through” from stdin and write it to'] : ['problem', 'write “problem” to'];
  return {
    en: `a command that was to ${way} ${stream} wrote “${text.trim()}” there`,
    zh: `命令应当在 ${stream} 上写出“${wanted}”，实际写出的是“${text.trim()}”`,
  };
}

function show(words: readonly string[]): string {
  return JSON.stringify(words);
}
