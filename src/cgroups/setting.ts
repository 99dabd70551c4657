// What a controller wants written: the file of cgroup v1 or of v2, and its value.

/** One write to a file of a cgroup. */
export interface Setting {
  file: string;
  value: string;
  /**
   * What the container goes without where the kernel has no such file: `a limit on swap`, or nothing worth a word when
   * it is empty. Where it is left out, a missing file is an error.
   */
  ifMissing?: string;
}

/** -1 is no limit, which v2 spells `max`. */
export function maxOr(limit: number): string {
  return limit < 0 ? 'max' : wholeText(limit);
}

/** The largest number that the kernel takes for certain, as a double has it: just below 2^63. */
const LARGEST = 2 ** 63 - 1024;

/** All digits of a number: JSON.parse makes 2^64 of 2^64 - 1, which no file takes. */
function wholeText(value: number): string {
  return BigInt(Math.min(value, LARGEST)).toString();
}

/** A setting, unless the value was left open. */
export function setting(file: string, value: number | string | undefined, ifMissing?: string): Setting[] {
  if (value === undefined) return [];
  const text = typeof value === 'number' ? wholeText(value) : value;
  return [{ file, value: text, ...(ifMissing === undefined ? {} : { ifMissing }) }];
}
