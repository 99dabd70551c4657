// What a controller wants written: the file of cgroup v1 or of v2, and its value.

/** One write to a file of a cgroup. */
export interface Setting {
  file: string;
  value: string;
  /** Where the kernel may lack the file (swap accounting, say) and the container can live without it. */
  optional?: boolean;
}

/** -1 is no limit, which v2 spells `max`. */
export function maxOr(limit: number): string {
  return limit < 0 ? 'max' : String(limit);
}

/** A setting, unless the value was left open. */
export function setting(file: string, value: number | string | undefined, optional = false): Setting[] {
  return value === undefined ? [] : [{ file, value: String(value), ...(optional ? { optional } : {}) }];
}
