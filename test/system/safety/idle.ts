// A container that runs beside the test and does nothing, until it goes out of scope.
//
//     await using box = await idle('a', ['-u', '1000']);
//     await slipway(['exec', 'a', 'id']);

import { type Options, type Started, start } from '../slipway.ts';

/** What a test has of it. */
export interface Idle extends AsyncDisposable {
  started: Started;
}

/**
 * Starts it and waits until it runs.
 * @param flags of `run`, between --name and the image, with the image.
 * @param words `first` is what its shell does before all else, `program` what it becomes then, which ends with its input.
 */
export async function idle(
  name: string,
  flags: readonly string[] = ['box'],
  options: Options = {},
  { first = 'true', program = 'cat' } = {},
): Promise<Idle> {
  const script = `${first}; echo ready; exec ${program}`;
  const started = start(['run', '--rm', '-i', '--name', name, ...flags, 'sh', '-c', script], options);
  const end = async () => {
    started.child.stdin.end();
    await started.ended;
  };
  try {
    await started.says('ready');
  } catch (error) {
    await started[Symbol.asyncDispose]();
    throw error;
  }
  return { started, [Symbol.asyncDispose]: end };
}
