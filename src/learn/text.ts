// Every sentence of the course exists twice: in English and in Simplified Chinese.

export interface Text {
  en: string;
  zh: string;
}

export type Language = keyof Text;

/** `--lang`, else the locale (man 7 locale: LC_ALL, LC_MESSAGES, LANG, the first that is set). */
export function languageOf(asked?: string, env: NodeJS.ProcessEnv = process.env): Language {
  const word = asked ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || 'en');
  return word.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Both languages at once, for words that need no translation. */
export function both(text: string): Text {
  return { en: text, zh: text };
}
