// Sizes as Docker prints them: 1.23kB in steps of 1000, or 1.205KiB in steps of 1024.

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** 4 digits that count, or as many as `digits` says. */
export function humanSize(bytes: number, digits = 4): string {
  return format(bytes, 1000, DECIMAL, digits);
}

export function binarySize(bytes: number, digits = 4): string {
  return format(bytes, 1024, BINARY, digits);
}

/** As Go's %.4g has it: no zeros behind the last digit that counts. */
function format(bytes: number, step: number, units: readonly string[], digits: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= step && unit < units.length - 1) {
    value /= step;
    unit++;
  }
  return `${Number(value.toPrecision(digits))}${units[unit]}`;
}
