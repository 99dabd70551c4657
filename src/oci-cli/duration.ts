// Spans of time as Go's programs write them: 5s, 1m30s, 500ms.

const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** @returns milliseconds. @throws Error when it is none, or nothing. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join('') === text;
  const sum = parts.reduce((total, [, number, unit = '']) => total + Number(number) * (UNITS_MS[unit] ?? 0), 0);
  if (!isWhole || sum <= 0) throw new Error('it is a time above 0, such as 500ms, 5s or 1m30s');
  return sum;
}
