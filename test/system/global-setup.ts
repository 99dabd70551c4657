// What the tests of the whole project leave when all have run: nothing. The first container mounts a seal over node, which
// stays until a boot; if it was not there before, it goes again.

import { seals, unseal } from './seals.ts';

export default function setup(): () => void {
  const wasSealed = seals().length > 0;
  return () => {
    if (!wasSealed) unseal();
  };
}
