// "Did you mean …?": the word of a list that a mistyped one is nearest to.

/** The word with the fewest changes from `word`, if they are few for its length. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  const ranked = words
    .map((candidate) => ({ candidate, changes: distance(word, candidate) }))
    .sort((a, b) => a.changes - b.changes);
  return ranked[0] && ranked[0].changes <= most ? ranked[0].candidate : undefined;
}

/**
 * How many letters have to be put in, taken out, exchanged, or swapped with their neighbour: `rnu` is 1 from `run`
 * (the "optimal string alignment" of Damerau and Levenshtein). Cell [i][j] is for the first i and j letters.
 */
export function distance(from: string, to: string): number {
  const cells: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const cell = (i: number, j: number) => cells[i]?.[j] as number;
  for (let i = 1; i <= from.length; i++) {
    cells.push([i]);
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const changes = [cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + (isSame ? 0 : 1)];
      if (isSwapped) changes.push(cell(i - 2, j - 2) + 1);
      cells[i]?.push(Math.min(...changes));
    }
  }
  return cell(from.length, to.length);
}
