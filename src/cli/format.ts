// --format: how rows are printed. `table` with a head, `json`, or a Go template of the user's.

import { layOut } from './tabs.ts';
import { compile } from './template/evaluate.ts';
import { toJson } from './template/values.ts';

/** A row as a struct of a template: its fields by their names. */
export type Row = object;

/**
 * @param format of the user's: empty for `table` and the columns that are usual.
 * @param columns the fields of the usual table. @param heads what stands above each field.
 */
export function formatRows(
  rows: readonly Row[],
  format: string,
  columns: readonly string[],
  heads: Readonly<Record<string, string>>,
): string {
  const usual = `table ${columns.map((column) => `{{.${column}}}`).join('\\t')}`;
  const wanted = format === '' || format === 'table' ? usual : format;
  if (wanted === 'json') return rows.map((row) => `${toJson(row)}\n`).join('');
  const isTable = wanted.startsWith('table');
  const source = (isTable ? wanted.slice('table'.length) : wanted).replace(/^ +| +$/g, '');
  const template = compile(source.replaceAll('\\t', '\t').replaceAll('\\n', '\n'));
  const body = rows.map((row) => `${template(row)}\n`).join('');
  if (!isTable) return body;
  return layOut(`${headOf(source, heads)}\n${body}`);
}

/** The table's head: the template carried out upon the names of the fields, in which functions change nothing. */
function headOf(source: string, heads: Readonly<Record<string, string>>): string {
  const fields = source.replaceAll(
    /\{\{-? *(?:[^{}]*?)\.([A-Z]\w*)[^{}]*\}\}/g,
    (_, name) => heads[name] ?? name.toUpperCase(),
  );
  return fields.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
}
