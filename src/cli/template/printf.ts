// printf as Go has it, with the verbs that make sense for what a template prints.

import { show, type Value } from './values.ts';

const VERB = /%([-+# 0]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g;

export function printf(format: string, ...args: Value[]): string {
  let at = 0;
  const text = format.replaceAll(
    VERB,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (at >= args.length) return `%!${verb}(MISSING)`;
      const shown = showAs(verb, args[at++], precision === undefined ? undefined : Number(precision), flags);
      const fill = flags.includes('0') && !flags.includes('-') && /^[-+]?\d/.test(shown) ? '0' : ' ';
      return flags.includes('-') ? shown.padEnd(Number(width)) : shown.padStart(Number(width), fill);
    },
  );
  const extra = args.slice(at).map((value) => `${typeof value}=${show(value)}`);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(', ')})`;
}

function showAs(verb: string, value: Value, precision: number | undefined, flags: string): string {
  const number = Number(value);
  const isNumber = typeof value === 'number';
  const sign = flags.includes('+') && number >= 0 ? '+' : '';
  switch (verb) {
    case 'v':
      return show(value, true);
    case 's':
      return isNumber ? `%!s(int=${number})` : show(value, true).slice(0, precision);
    case 'q':
      return JSON.stringify(show(value, true));
    case 't':
      return String(value);
    case 'd':
      return isNumber ? sign + Math.trunc(number) : `%!d(${typeof value}=${show(value, true)})`;
    case 'f':
    case 'F':
      return sign + number.toFixed(precision ?? 6);
    case 'e':
      return number.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, 'e$10$2');
    case 'g':
      return sign + number;
    case 'x':
      return isNumber ? number.toString(16) : Buffer.from(show(value, true)).toString('hex');
    case 'X':
      return isNumber
        ? number.toString(16).toUpperCase()
        : Buffer.from(show(value, true)).toString('hex').toUpperCase();
    case 'o':
      return number.toString(8);
    case 'b':
      return number.toString(2);
    case 'c':
      return String.fromCodePoint(number);
    default:
      return `%!${verb}(${show(value, true)})`;
  }
}
