// Whose namespaces the container gets.

import { describe, expect, test } from 'vitest';
import { resolveNamespaces } from '../../../src/engine/spec/namespaces.ts';
import { mistake } from '../../mistake.ts';
import { optionsOf, ROOT, USER } from './given.ts';

describe('namespaces', () => {
  const resolve = (context: typeof ROOT, ...words: string[]) =>
    resolveNamespaces(optionsOf(...words, 'box').namespaces, context);

  test('leave root in the host’s user namespace, and give others one of their own', () => {
    expect(resolve(ROOT).user).toBe('host');
    expect(resolve(USER).user).toBe('private');
    expect(resolve(ROOT, '--userns', 'private').user).toBe('private');
  });

  test('of another container bring its user namespace along for an ordinary user', () => {
    expect(resolve(USER, '--network', 'container:other')).toMatchObject({
      user: 'container:other',
      network: 'container:other',
    });
    expect(resolve(USER, '--userns', 'container:other', '--pid', 'container:other').user).toBe('container:other');
    expect(resolve(ROOT, '--network', 'container:other').user).toBe('host');
  });

  test('that the other one shares with the host are the host’s', () => {
    expect(resolve(ROOT, '--network', 'container:hostly', '--userns', 'container:hostly')).toMatchObject({
      network: 'host',
      user: 'host',
    });
  });

  test.each([
    [['--userns', 'host'], "--userns host needs root: an ordinary user's rights end at the host's"],
    [
      ['--pid', 'container:a', '--ipc', 'container:b'],
      'namespaces of several containers (container:a, container:b) can be joined by root alone: name one',
    ],
    [
      ['--pid', 'container:a', '--userns', 'container:b'],
      'namespaces of several containers (container:b, container:a) can be joined by root alone: name one',
    ],
    [
      ['--pid', 'container:a', '--userns', 'private'],
      'conflicting options: --userns private and container:a, whose namespaces belong to its user namespace',
    ],
  ])('are not an ordinary user’s to mix: %j', (words, sentence) => {
    expect(mistake(() => resolve(USER, ...words))).toBe(sentence);
  });
});
