import { describe, expect, test } from 'vitest';
import { O_CLOEXEC, O_NOCTTY, O_RDWR } from '../../src/linux/constants.ts';
import { close, open } from '../../src/linux/files.ts';
import { setsid } from '../../src/linux/process.ts';
import { openPeer, posix_openpt, setControllingTerminal, unlockpt } from '../../src/linux/terminal.ts';
import { inChild } from '../in-child.ts';

describe('a controlling terminal', () => {
  const openTerminal = () => {
    const master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    unlockpt(master);
    return openPeer(master);
  };

  test('is taken by the leader of a session', () => {
    inChild(() => {
      setsid();
      setControllingTerminal(openTerminal());
      close(open('/dev/tty', O_RDWR));
    });
  });

  test('EPERM for who leads none', () => {
    expect(() => inChild(() => setControllingTerminal(openTerminal()))).toThrow(
      expect.objectContaining({ code: 'EPERM', hint: expect.stringContaining('setsid') }),
    );
  });

  test('setsid is refused to the leader of a process group', () => {
    const twice = () =>
      inChild(() => {
        setsid();
        setsid();
      });
    expect(twice).toThrow(expect.objectContaining({ call: 'setsid', code: 'EPERM' }));
  });
});
