// The sentences of src/linux/hints.ts, in Chinese.

export const MEANINGS: Readonly<Record<string, string>> = {};
