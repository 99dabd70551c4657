// slipway events

import { events, type TimedEvent } from '../../engine/events.ts';
import { parseFilter } from '../../engine/filters.ts';
import { known } from '../../engine/known.ts';
import { orOne } from '../each.ts';
import { asIs, list, value, valueOr } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { parseMoment } from '../parse/time.ts';
import { hasReader, print, refuseLostOutput } from '../print.ts';
import { compile, type Template } from '../template/evaluate.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  filter: list('NAME=value', 'Only those of which this holds: container=, event=, label=, …', parseFilter, {
    short: 'f',
  }),
  format: valueOr('FORMAT', 'json, or a Go template: "{{.Action}} {{.Actor.ID}}"', asIs, ''),
  since: value('TIME', 'Also what has happened since: 2026-01-31T12:00:00Z, or 42m, which is so long ago', parseMoment),
  until: value('TIME', 'Only what happens before, and then no more', parseMoment),
};

export default function eventsCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('events', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const { filter: filters, format, since, until } = parsed.values;
  if (parsed.rest.length > 0) throw new UsageError(`events takes no words, and "${parsed.rest[0]}" is one`);
  return orOne(async () => {
    const template = format === '' ? undefined : compile(format === 'json' ? '{{json .}}' : format);
    for await (const timed of events({ filters, ...known({ since, until }) })) {
      print(`${lineOf(timed, template)}\n`);
      refuseLostOutput();
      if (!hasReader()) break;
    }
    return 0;
  });
}

function lineOf({ event, moment }: TimedEvent, template: Template | undefined): string {
  const { Type, Action, Actor } = event;
  const attributes = new Map(Object.entries(Actor.Attributes));
  if (template) return template({ ...event, Actor: { ...Actor, Attributes: attributes } });
  const facts = [...attributes].map(([name, value]) => `${name}=${value}`).sort();
  return `${inOwnZone(moment)} ${Type} ${Action} ${Actor.ID} (${facts.join(', ')})`;
}

/** The moment with the offset of our own zone. */
function inOwnZone(moment: string): string {
  const offset = -new Date(moment).getTimezoneOffset();
  if (offset === 0) return moment;
  const local = new Date(Date.parse(moment) + offset * 60_000).toISOString().slice(0, 19);
  const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, '0');
  return `${local}${moment.slice(19, -1)}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}
