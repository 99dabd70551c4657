// Lesson 01: a command as a process of its own.

import { catches, holdsWhatItSays, using } from './lessons.ts';

holdsWhatItSays('01-process', ['child', 'words', 'streams', 'exit-code', 'signal', 'no-zombie']);

const END = '_exit(exitCode(status));';
const WAIT = 'const { status } = waitpid(pid);';
const WORDS = '[name, ...words]';
const PEEK = `
const { status: number, code } = waitid(1, pid, 4 | 0x1000000)!; // P_PID, WEXITED | WNOWAIT
const status = code === 'CLD_EXITED' ? { exited: number } : { signaled: number };`;

catches('01-process', [
  ['does not fork', [['const pid = fork();', 'const pid = 0 as number;']], ['child']],
  ['drops empty words', [[WORDS, '[name, ...words.filter(Boolean)]']], ['words']],
  ['calls the command by its path', [[WORDS, '[findProgram(name, env), ...words]']], ['words']],
  ['lets Node close the streams', [['  keepStdio();\n', '']], ['streams']],
  ['closes stderr', [['keepStdio();', 'keepStdio(); close(2);'], using('files', 'close')], ['streams']],
  ['takes every error for 1', [[END, '_exit(Math.min(exitCode(status), status.exited ? 1 : 255));']], ['exit-code']],
  ['takes a signal for an error', [[END, '_exit(status.exited ?? 1);']], ['signal']],
  ['asks and leaves the zombie', [[WAIT, PEEK], using('wait', 'waitid')], ['no-zombie']],
]);
