// Cuts a Go template into its texts and the words of its actions: {{ … }}. The spaces before {{- and behind -}} go.
// Source: https://pkg.go.dev/text/template

/** A word of an action: `.State.Pid` is the fields `.State` and `.Pid`, of which the second follows without a space. */
export type Token =
  | { kind: 'name' | 'field' | 'variable' | 'sign'; text: string; isJoined: boolean }
  | { kind: 'value'; value: string | number; text: string; isJoined: boolean };

export type Piece = { text: string } | { action: Token[]; source: string };

const ACTION =
  /\{\{(- )?((?:"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])+'|\/\*[\s\S]*?\*\/|(?!\}\})[\s\S])*?)( -)?\}\}/g;

/** @throws Error for an action without an end, and for what is no word. */
export function lex(template: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimsNext = false;
  const addText = (text: string) => pieces.push({ text: trimsNext ? text.trimStart() : text });
  for (const match of template.matchAll(ACTION)) {
    const [whole, trimsBefore, source = '', trimsAfter] = match;
    const text = template.slice(at, match.index);
    addText(trimsBefore ? text.trimEnd() : text);
    trimsNext = trimsAfter !== undefined;
    at = match.index + whole.length;
    if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(source)) pieces.push({ action: words(source), source: source.trim() });
  }
  const rest = template.slice(at);
  if (rest.includes('{{')) throw new Error('unclosed action');
  addText(rest);
  return pieces;
}

const WORD =
  /(?<space>\s+)|(?<string>"(?:\\.|[^"\\\n])*")|`(?<raw>[^`]*)`|'(?<character>\\.|[^'\\])'|(?<number>[-+]?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+))|(?<variable>\$\w*)|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>:=|[.,|()=])/uy;

function words(source: string): Token[] {
  const tokens: Token[] = [];
  let isJoined = false;
  WORD.lastIndex = 0;
  while (WORD.lastIndex < source.length) {
    const at = WORD.lastIndex;
    const groups = WORD.exec(source)?.groups;
    if (!groups) throw new Error(`unexpected ${JSON.stringify(source.slice(at, at + 10))} in {{${source}}}`);
    const token = tokenOf(groups, source.slice(at, WORD.lastIndex), isJoined);
    if (token) tokens.push(token);
    isJoined = token !== undefined;
  }
  return tokens;
}

/** @returns undefined for spaces. */
function tokenOf(groups: Record<string, string>, text: string, isJoined: boolean): Token | undefined {
  const { string, raw, character, number } = groups;
  const value = (value: string | number): Token => ({ kind: 'value', value, text, isJoined });
  if (groups.space !== undefined) return undefined;
  if (string !== undefined) return value(unquote(string.slice(1, -1)));
  if (raw !== undefined) return value(raw);
  if (character !== undefined) return value(unquote(character).codePointAt(0) ?? 0);
  if (number !== undefined) return value(Number(number));
  const kind = (['variable', 'field', 'name', 'sign'] as const).find((kind) => groups[kind] !== undefined) ?? 'sign';
  return { kind, text, isJoined };
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

function unquote(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (_, hex, unicode, character) => {
    if (hex ?? unicode) return String.fromCodePoint(Number.parseInt(hex ?? unicode, 16));
    return ESCAPES[character] ?? character;
  });
}
