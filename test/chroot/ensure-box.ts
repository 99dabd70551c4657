// A process of its own for box.test.ts: makes the layer of tools, prints its folder, and whether all of it is there.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBox } from '../../src/chroot/box.ts';
import { planBox } from '../../src/chroot/box-plan.ts';
import { inImage } from './in-image.ts';

const options = { without: ['busybox'] };
const layer = ensureBox(process.argv[2] ?? '', options);
const planned = [...planBox(options).entries.keys()];
const whole = existsSync(join(layer, 'etc')) && planned.every((path) => inImage(layer, path) !== undefined);
console.log(layer, whole ? 'whole' : 'not whole');
