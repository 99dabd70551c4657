// Moments, as Docker's --since and --until take them:
//
//     2026-01-31T12:00:00.5Z, 2026-01-31T12:00, 2026-01-31    a time, of our own zone when it names none
//     1769860800, 1769860800.123456789                        seconds since 1970
//     42m, 1h30m                                              so long ago

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it, in milliseconds: `1h30m`, `1.5s`, `-2m`, `0`. @throws Error for anything else. */
export function parseDuration(text: string): number {
  const [, sign, body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0;
  const parts = [...body.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|ms|s|m|h)/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== body) {
    throw new Error(`invalid duration "${text}". Write it as 1h30m, 42s or 500ms`);
  }
  const sum = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit as string] as number), 0);
  return sign === '-' ? -sum : sum;
}

/** A duration that is not below 0, in milliseconds. @throws Error for another one. */
export function parseSpan(text: string): number {
  const ms = parseDuration(text);
  if (ms < 0) throw new Error('it cannot be negative');
  return ms;
}

/** Nanoseconds behind the dot, as nine digits. */
const nanoseconds = (fraction = '') => fraction.padEnd(9, '0').slice(0, 9);

const DATE = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(?:\.(\d+))?)?(Z|[-+]\d{2}:\d{2})?$/;

/**
 * A moment as RFC 3339 has it, in UTC and with nanoseconds, so that of two such texts the later one is the greater.
 * @param now milliseconds since 1970. @throws Error for what is no moment.
 */
export function parseMoment(text: string, now = Date.now()): string {
  const [, seconds, ofSecond] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (seconds !== undefined) return format(Number(seconds) * 1000, ofSecond);
  const [, day, time = '00:00', fraction, zone = ''] = DATE.exec(text) ?? [];
  if (day !== undefined) return format(Date.parse(`${day}T${time}${zone}`), fraction, text);
  const ms = now - parseDuration(text);
  return format(Math.floor(ms), String(Math.round((ms / 1000 - Math.floor(ms / 1000)) * 1e9)).padStart(9, '0'));
}

/** @param ms of which whole seconds count. */
function format(ms: number, fraction?: string, text = ''): string {
  if (Number.isNaN(ms)) throw new Error(`"${text}" is no date`);
  return `${new Date(ms).toISOString().slice(0, 19)}.${nanoseconds(fraction)}Z`;
}
