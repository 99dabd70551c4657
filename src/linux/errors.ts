// What a failed call becomes: the call, what it was about, the errno, what that means for this call, and the lesson
// that explains it. The facts are fields; the message is made here.

import { errnoName, errnoText } from './errno.ts';
import { hintFor } from './hints.ts';
import { lessonOf } from './lessons.ts';

/** A system call that returned -1. */
export class SyscallError extends Error {
  /** The call's name as in man 2. */
  readonly call: string;
  /** Its arguments as --explain shows them. */
  readonly args: string;
  /** What it was about, if the caller said so: `overlay on /x/rootfs`. */
  readonly object: string | undefined;
  readonly errno: number;
  /** `EPERM` and the like. */
  readonly code: string;
  /** The usual cause and its cure, for this call and this errno. */
  readonly hint: string | undefined;
  /** The lesson that explains the call: `03-namespaces`. */
  readonly lesson: string | undefined;

  constructor(call: string, args: string, errno: number, object?: string, hint = hintFor(call, errno, args)) {
    const subject = object ? `${call} ${object}` : `${call}(${args})`;
    super(`${subject}: ${errnoText(errno)} (${errnoName(errno)})${hint ? `. ${hint}` : ''}`);
    this.name = 'SyscallError';
    this.call = call;
    this.args = args;
    this.object = object;
    this.errno = errno;
    this.code = errnoName(errno);
    this.hint = hint;
    this.lesson = lessonOf(call, args);
  }
}
