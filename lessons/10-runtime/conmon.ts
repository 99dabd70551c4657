// conmon.ts BUNDLE ID   creates a container, starts it, and tells how its program has ended: what podman has its conmon for

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PR_SET_CHILD_SUBREAPER } from 'slipway/linux/constants.ts';
import { exitCode, prctl, waitpid } from 'slipway/linux/process.ts';

const [bundle = '', id = ''] = process.argv.slice(2);
const pidFile = `${bundle}/pid`;

adopt();

/** Takes the container in, which has lost its parent, and waits for it. */
function adopt(): void {
  prctl(PR_SET_CHILD_SUBREAPER, 1); // orphans among our descendants become our children
  runtime('create', '--bundle', bundle, '--pid-file', pidFile, id);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  console.log(parentOf(pid) === process.pid ? 'it is our child now' : 'it is not our child');
  runtime('start', id);
  console.log(`it has ended with ${exitCode(waitpid(pid).status)}`);
  runtime('delete', id);
}

function runtime(...words: string[]): void {
  spawnSync('slipway-oci', words, { stdio: 'inherit' });
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
