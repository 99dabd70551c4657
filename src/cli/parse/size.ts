// Sizes and plain numbers, as Docker writes them.

/** Powers of 1024. */
const UNITS: Record<string, number> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * `512m` and its kin as bytes: a number, perhaps broken, and b, k, m, g, t or p, perhaps with a b or ib behind.
 * @throws Error when it is not of that form, or more than a number can hold.
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?(?:([bkmgtp])|([kmgtp])i?b)?$/i.exec(text);
  if (!match) throw new Error(`invalid size: '${text}'. Write it as 512m: a number, then b, k, m or g`);
  const unit = (match[2] ?? match[3] ?? 'b').toLowerCase();
  const bytes = Math.floor(Number(match[1]) * 1024 ** (UNITS[unit] as number));
  if (!Number.isSafeInteger(bytes)) throw new Error(`invalid size: '${text}'. It is more than can be counted`);
  return bytes;
}

/** As parseSize(), but -1 is allowed and means no limit. */
export function parseSizeOrUnlimited(text: string): number {
  return text === '-1' ? -1 : parseSize(text);
}

/** A whole number, perhaps negative. @throws Error for anything else. */
export function parseInteger(text: string): number {
  const number = Number(text);
  if (!/^[-+]?\d+$/.test(text) || !Number.isSafeInteger(number)) throw new Error(`"${text}" is not a whole number`);
  return number;
}

/** A whole number from 0 on. */
export function parseCount(text: string): number {
  const number = parseInteger(text);
  if (number < 0) throw new Error(`${text} is less than 0`);
  return number;
}

/** 0 (only when nothing else helps) to 100, or Docker's -1, which leaves it as it is. */
export function parseSwappiness(text: string): number | undefined {
  const number = parseInteger(text);
  if (number < -1 || number > 100) throw new Error(`invalid value: ${text}, the range of swappiness is 0 to 100`);
  return number === -1 ? undefined : number;
}
