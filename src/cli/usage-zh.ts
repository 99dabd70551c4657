// What flags.ts says of a command line that it does not understand, in Chinese: by the English sentence, so that the
// parser knows of one language alone.

type Sentences = readonly (readonly [english: RegExp, chinese: string])[];

const MISTAKES: Sentences = [
  [/^unknown flag: (.*)\. Did you mean (.*)\?$/s, '没有 $1 这个选项。你是不是想用 $2？'],
  [/^unknown flag: (.*)$/s, '没有 $1 这个选项'],
  [/^unknown shorthand flag: '(.*)' in (.*)$/s, '$2 里的 $1 不是短选项'],
  [/^flag needs an argument: (.*)$/s, '选项 $1 后面缺少值'],
];

/** Why a text is no value, for the flags that the course has. */
const REASONS: Sentences = [
  [/^there are en and zh$/, '只有 en 和 zh'],
  [/^".*" is not a whole number$/s, '它不是整数'],
  [/^.* is less than 0$/, '不能小于 0'],
  [/^".*" is neither true nor false$/s, '它既不是 true 也不是 false'],
];

/** @returns the sentence as it is where we know no other. */
export function usageInChinese(sentence: string): string {
  const [, text, flag, reason] = /^invalid argument "(.*)" for "(.*)" flag: (.*)$/s.exec(sentence) ?? [];
  if (reason === undefined) return translate(sentence, MISTAKES);
  return `“${text}”不能作为选项 ${flag} 的值：${translate(reason, REASONS)}`;
}

function translate(english: string, sentences: Sentences): string {
  const [pattern, chinese] = sentences.find(([pattern]) => pattern.test(english)) ?? [];
  return pattern === undefined || chinese === undefined ? english : english.replace(pattern, chinese);
}
