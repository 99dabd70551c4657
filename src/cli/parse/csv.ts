// One line of CSV (RFC 4180): fields divided by commas, where a field in quotes may hold commas and doubled quotes.
//
//     type=bind,"source=/a,b",target=/c     is     type=bind  source=/a,b  target=/c

/** @throws Error for a quote that is not closed or stands inside a field. */
export function splitCsv(line: string): string[] {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/.exec(rest);
    if (!match) throw new Error(`a quote is not closed, or stands inside a field: ${rest}`);
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return fields;
    rest = rest.slice(match[0].length);
  }
}
