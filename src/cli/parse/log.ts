// `--log-driver` and `--log-opt`: where a container's output is kept, and how much of it.

import type { LogOptions } from '../../runtime/log.ts';
import { parseSize } from './size.ts';

export const JSON_FILE: LogOptions['driver'] = 'json-file';

/** @throws Error for a driver that is not there. */
export function parseLogDriver(text: string): LogOptions['driver'] {
  if (text === 'json-file' || text === 'none') return text;
  throw new Error(`there is no log driver "${text}": there are json-file and none`);
}

/** `max-size=10m` and `max-file=3`. @throws Error for anything else. */
export function parseLogOption(text: string): Partial<LogOptions> {
  const [, name = text, value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (name === 'max-size') return value === '-1' ? {} : { maxSize: positive(parseSize(value), name) };
  if (name === 'max-file') return { maxFiles: positive(Number(/^\d+$/.exec(value)?.[0] ?? 0), name) };
  throw new Error(`unknown log opt '${name}' for json-file log driver: there are max-size and max-file`);
}

function positive(number: number, name: string): number {
  if (number > 0) return number;
  throw new Error(`${name} must be a positive number`);
}
