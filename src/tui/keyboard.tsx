// Hears every key, from the first frame to the last, and gives it to the tables of keys that are in force then. It stands
// above all screens: one that listened by itself would miss what is typed while it takes the place of another.

import { type Key as Pressed, useInput } from 'ink';
import { createContext, type ReactNode, useContext, useLayoutEffect, useRef } from 'react';

/** Takes a key. */
type Listener = (input: string, pressed: Pressed) => void;

const Listeners = createContext<Set<() => Listener> | undefined>(undefined);

/** Calls `listener`, always that of the last drawing, for each key while its component is there and active. */
export function useListener(listener: Listener, isActive: boolean): void {
  const listeners = useContext(Listeners);
  if (!listeners) throw new Error('outside of the Keyboard');
  const latest = useRef(listener);
  useLayoutEffect(() => {
    latest.current = listener;
  });
  useLayoutEffect(() => {
    if (!isActive) return;
    const get = () => latest.current;
    listeners.add(get);
    return () => void listeners.delete(get);
  }, [listeners, isActive]);
}

/**
 * Of keys that come all at once, as when somebody types fast, each waits until what the one before has changed is drawn.
 */
export function Keyboard({ children }: { children: ReactNode }) {
  const listeners = useRef(new Set<() => Listener>()).current;
  const waiting = useRef<[string, Pressed][]>([]).current;
  const runNext = () => {
    const [next] = waiting;
    if (next === undefined) return;
    for (const listener of [...listeners].map((get) => get())) listener(...next);
    // React asks for its turn of the event loop when this one ends, which is after us: it draws in the next.
    afterTwoTurns(() => {
      waiting.shift();
      runNext();
    });
  };
  useInput((...pressed) => {
    const isFirst = waiting.length === 0;
    waiting.push(...oneByOne(...pressed));
    if (isFirst) afterTwoTurns(runNext);
  });
  return <Listeners.Provider value={listeners}>{children}</Listeners.Provider>;
}

/** Letters that come at once Ink gives as one text, Enter and Tab among them. */
function oneByOne(input: string, pressed: Pressed): [string, Pressed][] {
  const letters = [...input];
  if (letters.length < 2 || pressed.ctrl || pressed.meta) return [[input, pressed]];
  return letters.map((letter) => {
    if (letter === '\r') return ['', { ...pressed, return: true }];
    return letter === '\t' ? ['', { ...pressed, tab: true }] : [letter, pressed];
  });
}

function afterTwoTurns(run: () => void): void {
  setImmediate(() => setImmediate(run));
}
