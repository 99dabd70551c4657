import { describe, expect, it } from 'vitest';
import { OPAQUE_NAME, readName, whiteoutName } from '../../src/unionfs/oci-names.ts';

describe('names of a layer that travels', () => {
  it.each(['passwd', '.wh', '.whatever', 'x.wh.y', '..wh.x', '.WH.x'])('%s is an ordinary name', (name) => {
    expect(readName(name)).toEqual({ kind: 'entry' });
  });

  it.each([
    ['.wh.passwd', 'passwd'],
    ['.wh..profile', '.profile'],
    ['.wh. ', ' '],
    ['.wh....', '...'],
    ['.wh.wh.', 'wh.'],
    ['.wh..wh', '.wh'],
  ])('%s hides %s', (name, hides) => {
    expect(readName(name)).toEqual({ kind: 'whiteout', hides });
  });

  it.each(['.wh.', '.wh..', '.wh...'])('%s is refused: it would hide no name, the folder or the one above', (name) => {
    expect(() => readName(name)).toThrow(`${name} is no valid whiteout`);
  });

  it('.wh..wh..opq makes its folder opaque', () => {
    expect(readName(OPAQUE_NAME)).toEqual({ kind: 'opaque' });
  });

  it.each(['.wh..wh.plnk', '.wh..wh.aufs', '.wh..wh.orph', '.wh..wh.', '.wh..wh..opq2'])(
    '%s is a note of aufs',
    (name) => {
      expect(readName(name)).toEqual({ kind: 'internal' });
    },
  );

  it('a whiteout is made of the name, and read back', () => {
    expect(readName(whiteoutName('a b'))).toEqual({ kind: 'whiteout', hides: 'a b' });
  });

  it('a file whose name begins with .wh. cannot be told from a mark', () => {
    expect(() => whiteoutName('.wh.x')).toThrow('no file of an image can be called so');
  });
});
