// "Did you mean …?": the word of a list that a mistyped one is nearest to.

/** The word with the fewest changes from `word`, if they are few for its length. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  const ranked = words
    .map((candidate) => ({ candidate, changes: distance(word, candidate) }))
    .sort((a, b) => a.changes - b.changes);
  return ranked[0] && ranked[0].changes <= most ? ranked[0].candidate : undefined;
}

/** How many letters have to be put in, taken out or exchanged (Levenshtein), row by row. */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const exchanged = (above[j] as number) + (letter === to[j] ? 0 : 1);
      row.push(Math.min(exchanged, (above[j + 1] as number) + 1, (row[j] as number) + 1));
    }
  }
  return row[to.length] as number;
}
