// Processors: how many, and which.

/** A number such as 1.5. @throws Error when it is none, or finer than a billionth. */
export function parseCpus(text: string): number {
  if (!/^\d*\.?\d+$|^\d+\.$/.test(text)) {
    throw new Error(`failed to parse ${text} as a rational number. Write it as 1.5`);
  }
  if ((text.split('.')[1] ?? '').length > 9) throw new Error(`value is too precise: ${text} has more than 9 decimals`);
  return Number(text);
}

const HIGHEST = 8191;

/** A list such as `0-3,7` for --cpuset-cpus and --cpuset-mems. @throws Error when it is none. */
export function parseCpuList(text: string): string {
  const parts = text.split(',');
  const isRight = parts.every((part) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    return first !== undefined && Number(first) <= Number(last) && Number(last) <= HIGHEST;
  });
  if (!isRight) throw new Error(`${text} is not a list of numbers and ranges. Write it as 0-3,7`);
  return text;
}
