// A container as a line of `ps`: Docker's fields and words.

import type { ContainerSummary } from '../engine/list.ts';
import { sizeOf } from '../engine/size.ts';
import { age } from './age.ts';
import { humanSize } from './human-size.ts';

export const PS_COLUMNS = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'];

export const PS_HEADS = {
  ID: 'CONTAINER ID',
  Names: 'NAMES',
  Image: 'IMAGE',
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  RunningFor: 'CREATED',
  Ports: 'PORTS',
  State: 'STATE',
  Status: 'STATUS',
  Size: 'SIZE',
  Labels: 'LABELS',
  Label: 'LABEL',
  Mounts: 'MOUNTS',
  LocalVolumes: 'LOCAL VOLUMES',
  Networks: 'NETWORKS',
  HealthStatus: 'HEALTH STATUS',
};

/** What costs time is looked up only when the format asks for it. @param whole nothing is cut. */
export function psRow(container: ContainerSummary, whole: boolean): object {
  const { id, image, command, createdAt, labels, mounts, status, network, name, health = '' } = container;
  const cut = (text: string, length: number) =>
    whole || text.length <= length ? text : `${text.slice(0, length - 1)}…`;
  return {
    Command: JSON.stringify(cut(command.map(asWord).join(' '), 20)),
    get CreatedAt() {
      return localTime(createdAt);
    },
    HealthStatus: health,
    ID: whole ? id : id.slice(0, 12),
    Image: image,
    Labels: Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join(','),
    Label: (name: string) => labels[name] ?? '',
    LocalVolumes: String(mounts.filter((mount) => mount.name !== undefined).length),
    Mounts: mounts.map((mount) => cut(mount.name ?? mount.source, 15)).join(','),
    Names: name,
    Networks: network,
    Ports: '',
    RunningFor: `${age(createdAt)} ago`,
    get Size() {
      const { changed, all } = sizeOf(id);
      return `${humanSize(changed, 3)} (virtual ${humanSize(all, 3)})`;
    },
    State: status,
    Status: statusText(container),
  };
}

/** A word with spaces in it stands in quotes. */
function asWord(word: string): string {
  return word.includes(' ') ? `'${word}'` : word;
}

function statusText({ status, startedAt, finishedAt, exitCode, health }: ContainerSummary): string {
  if (status === 'running') return `Up ${age(startedAt)}${healthText(health)}`;
  if (status === 'paused') return `Up ${age(startedAt)} (Paused)`;
  if (status === 'created') return 'Created';
  if (status === 'damaged') return 'Damaged';
  return `${status === 'restarting' ? 'Restarting' : 'Exited'} (${exitCode}) ${age(finishedAt)} ago`;
}

function healthText(health: string | undefined): string {
  if (health === undefined) return '';
  return health === 'starting' ? ' (health: starting)' : ` (${health})`;
}

/** As Go prints a time: 2026-01-31 12:00:00 +0100 CET. */
function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(offset / 60)}${two(offset % 60)}`;
  const name = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(date);
  return `${day} ${time} ${zone} ${name.find(({ type }) => type === 'timeZoneName')?.value ?? ''}`;
}
