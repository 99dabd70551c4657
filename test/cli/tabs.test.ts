// Text with tabs as columns.

import { describe, expect, test } from 'vitest';
import { layOut } from '../../src/cli/tabs.ts';

describe('columns', () => {
  test('are as wide as the widest cell and three spaces, and ten at least', () => {
    expect(layOut('A\tB\tC\nlong enough\tx\ty\n')).toBe('A             B         C\nlong enough   x         y\n');
    expect(layOut('a\tb\n', 2)).toBe('a   b\n');
  });

  test('count wide characters as two', () => {
    expect(layOut('船台船台船台\tx\nabcdefghijkl\ty\n', 2)).toBe('船台船台船台   x\nabcdefghijkl   y\n');
  });

  test('need not be there', () => {
    expect(layOut('plain\n\n')).toBe('plain\n\n');
  });
});
