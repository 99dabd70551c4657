// exercise.ts COMMAND…   runs a command as a process of its own, and ends as that one ended

import { keepStdio } from 'slipway/exec/stdio.ts';
import { fork } from 'slipway/linux/fork.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [name = '', ...words] = process.argv.slice(2);
const env = Object.entries(process.env).map(([key, value]) => `${key}=${value}`);

// TODO: become two. The child turns into the command; the parent waits for it, and ends as it ended.
