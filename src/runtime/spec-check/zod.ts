// What the checks need of zod. All of zod, with its messages in fifty languages, is four times as much to load.

import { array, boolean, config, literal, number, object, enum as oneOf, record, string, unknown } from 'zod';

config({ jitless: true }); // for one document, to compile a program that checks it takes longer than to check it

export const z = { array, boolean, enum: oneOf, literal, number, object, record, string, unknown };
