// slipway port: containers have a loopback alone, or the machine's own network, so no port of theirs is published.

import { findContainer } from '../../runtime/names.ts';
import { orOne } from '../each.ts';
import { UsageError } from '../flags.ts';
import { parseOrHelp } from '../with-help.ts';

export default function portCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('port', {}, words, { groups: {} });
  if (!parsed) return 0;
  const [reference, port, ...others] = parsed.rest;
  if (reference === undefined || others.length > 0) {
    throw new UsageError('"slipway port" takes a container, and perhaps a port: slipway port CONTAINER [PORT[/PROTO]]');
  }
  return orOne(() => {
    findContainer(reference);
    if (port === undefined) return 0;
    const name = port.includes('/') ? port : `${port}/tcp`;
    throw new Error(`no public port '${name}' published for ${reference}`);
  });
}
