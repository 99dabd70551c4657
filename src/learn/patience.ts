// How long the checks wait for a program. SLIPWAY_PATIENCE=6 makes it six times as long, for a machine that is that much
// slower than others: an emulated one, say.

const FACTOR = Number(process.env.SLIPWAY_PATIENCE) || 1;

/** So many seconds, or milliseconds, on a machine of the usual speed. */
export function patient(time: number): number {
  return time * FACTOR;
}

/** For `env`, which starts a program in the guard: there, nothing of our own environment is left. */
export const PATIENCE_VARIABLE: readonly string[] = FACTOR === 1 ? [] : [`SLIPWAY_PATIENCE=${FACTOR}`];
