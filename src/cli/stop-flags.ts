// The flags of `stop` and `restart`.

import { parseSignal, SIGNAL_NAMES } from '../engine/signal.ts';
import { value } from './flag-kinds.ts';
import { parseInteger } from './parse/size.ts';

export const STOP_FLAGS = {
  signal: value('SIGNAL', "Ask by this signal, not by the container's own", parseSignal, {
    short: 's',
    values: SIGNAL_NAMES,
  }),
  timeout: value('SECONDS', 'Kill it when it takes longer (10); -1 is never', parseInteger, {
    short: 't',
    alias: 'time',
  }),
};
