// How long ago something was, in Docker's words: "Less than a second", "5 minutes", "About an hour".

/** Each unit is used up to the number of it that is given. */
const UNITS = [
  { seconds: 1, name: 'seconds', below: 60 },
  { seconds: 60, name: 'minutes', below: 60 },
  { seconds: 3600, name: 'hours', below: 48 },
  { seconds: 86_400, name: 'days', below: 14 },
  { seconds: 7 * 86_400, name: 'weeks', below: 9 },
  { seconds: 30 * 86_400, name: 'months', below: 24 },
  { seconds: 365 * 86_400, name: 'years', below: Number.POSITIVE_INFINITY },
] as const;

const SINGULAR: Record<string, string> = {
  '0 seconds': 'Less than a second',
  '1 seconds': '1 second',
  '1 minutes': 'About a minute',
  '1 hours': 'About an hour',
};

/** @param since ISO 8601. @param now milliseconds since 1970. */
export function age(since: string | undefined, now = Date.now()): string {
  if (since === undefined) return 'an unknown time';
  const seconds = Math.max(0, (now - Date.parse(since)) / 1000);
  for (const unit of UNITS) {
    const count = Math.floor(seconds / unit.seconds);
    if (count < unit.below) return SINGULAR[`${count} ${unit.name}`] ?? `${count} ${unit.name}`;
  }
  return 'an unknown time';
}
