// What host (vm.ts) and virtual machine (agent.ts) say to each other: a line of JSON for each message.
// Types only, so that the agent needs no second file.

/** What the host sends. Bytes are in base64. */
export interface Request {
  id: number;
  argv: string[];
  env?: Record<string, string>;
  cwd?: string;
  stdin?: string;
  uid?: number;
  /** After so long it is killed. */
  timeoutMs: number;
  /** Run it where the root is still the initramfs. */
  onInitramfs?: boolean;
}

export interface Answer {
  /** That of the request. The first answer, to no request, has 0 and says that the machine is up. */
  id: number;
  /** As a shell gives it: 128 + signal for one that a signal ended. */
  code: number;
  /** It was killed for the time it took. */
  tookTooLong: boolean;
  stdout: string;
  stderr: string;
}
