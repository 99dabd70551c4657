// JSON.parse makes a double of every number, and a double has 53 bits. For a limit that is near enough. An argument of a seccomp
// rule would become another one: a mask of 2^64 - 16 all ones, and let pass what the profile denies.

const ALL_ONES = '18446744073709551615'; // is read as 2^64, and meant by it (security/seccomp-arguments.ts)

/** The arguments in this document that cannot be read exactly. */
export function inexactArguments(text: string): string[] {
  const numbers = [...text.matchAll(/"value(?:Two)?"\s*:\s*(\d{16,20})\b/g)].map(([, digits = '']) => digits);
  return numbers.filter((digits) => digits !== ALL_ONES && BigInt(Number(digits)) !== BigInt(digits));
}
