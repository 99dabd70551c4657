// The words that every part of the schema is made of: what a path, a number, an id may be.

type Zod = typeof import('./zod.ts').z;

/** Makes them, of the library that is loaded only when a document is to be checked. */
export function makeWords(z: Zod) {
  const text = z.string().refine((value) => !value.includes('\0'), 'has a zero byte in it');
  // zod's own int() stops at 2^53, but a limit of 2^63 - 1 bytes is a common word for none.
  const whole = z.number().refine(Number.isInteger, 'is not a whole number');
  return {
    z,
    text,
    absolute: text.refine((value) => value.startsWith('/'), 'is no absolute path'),
    whole,
    uint16: whole.min(0).max(2 ** 16 - 1),
    uint32: whole.min(0).max(2 ** 32 - 1),
    /** Up to 2^64 - 1, which JSON.parse rounds up. */
    uint64: whole.min(0).max(2 ** 64),
    /** A limit, of which -1 is none. */
    limit: whole.min(-1).max(2 ** 64),
    /** -1, which is 2^32 - 1, means "leave the id as it is" to the kernel: the program would stay root. */
    id: whole.min(0).max(2 ** 32 - 2),
    /** `0-3,7`. */
    list: z
      .string()
      .regex(/^(\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*)?$/, 'is no list of numbers and ranges such as 0-3,7'),
    /** Properties that may not be there. Leaving them out silently could be dangerous. */
    refuse: (names: readonly string[], why: string) =>
      Object.fromEntries(
        names.map((name) => [
          name,
          z
            .unknown()
            .refine((value) => value === undefined, why)
            .optional(),
        ]),
      ),
  };
}

export type Words = ReturnType<typeof makeWords>;
