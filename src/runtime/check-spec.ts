// Checks a config.json that somebody else wrote against the runtime specification, before anything is touched.
// Every mistake is reported, each with its place in the document: `linux.namespaces[2].type: …`. First a schema says what
// each value may be, then one part of the document is held against another. Both lie in spec-check/, a file for each part
// of the specification. What it has no words for is ignored, as it asks for.
// Source: https://github.com/opencontainers/runtime-spec/blob/main/config.md
//
// The library that does it takes longer to load than a container to start, so it is loaded when it is needed.

import { createRequire } from 'node:module';
import type { ZodType } from 'zod';
import type { Process, Spec } from '../oci.ts';
import { deviceMistakes } from './spec-check/devices.ts';
import { hooksSchema } from './spec-check/hooks.ts';
import {
  linuxSchema,
  memoryPolicyMistakes,
  mountLabelMistakes,
  netDeviceMistakes,
  sysctlMistakes,
} from './spec-check/linux.ts';
import { mountMistakes, mountSchema } from './spec-check/mounts.ts';
import { namespaceMistakes } from './spec-check/namespaces.ts';
import { processMistakes, processSchema } from './spec-check/process.ts';
import { resourceMistakes } from './spec-check/resources.ts';
import { seccompMistakes } from './spec-check/seccomp.ts';
import { makeWords, type Words } from './spec-check/words.ts';
import { describeIssue, type Issue } from './spec-mistakes.ts';

/** What the document is for: one that is never started needs no program. */
interface Purpose {
  toStart?: boolean;
}

/**
 * The document, if it is right.
 * @param file for the message.
 * @throws Error with a line for each mistake.
 */
export function checkSpec(file: string, document: unknown, { toStart = true }: Purpose = {}): Spec {
  return check(file, document, (words) => documentSchema(words, toStart), crossChecks);
}

/** What `exec` is to run, alone: the rest of the specification was checked when the container was made. */
export function checkProcess(file: string, process: unknown): Process {
  const schema = (words: Words) => words.z.object({ process: processSchema(words, true) });
  return check<{ process: Process }>(file, { process }, schema, processMistakes).process;
}

function check<Document>(
  file: string,
  document: unknown,
  schemaOf: (words: Words) => ZodType,
  mistakesOf: (document: Document) => string[],
): Document {
  const { z } = createRequire(import.meta.url)('./spec-check/zod.ts') as typeof import('./spec-check/zod.ts');
  const result = schemaOf(makeWords(z)).safeParse(document);
  const mistakes = result.success
    ? mistakesOf(document as Document)
    : result.error.issues.map((issue) => describeIssue(issue as Issue, document));
  if (mistakes.length === 0) return document as Document;
  throw new Error(`${file} is no valid config.json:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
}

function documentSchema(words: Words, toStart: boolean) {
  const { z, text } = words;
  return z.object({
    ociVersion: z.string().regex(/^1\.\d+\.\d+/, 'is no version 1 of the specification, such as 1.2.0'),
    process: toStart ? processSchema(words, toStart) : processSchema(words, toStart).optional(),
    root: z.object({ path: text.min(1), readonly: z.boolean().optional() }),
    hostname: z.string().max(64).optional(),
    domainname: z.string().max(64).optional(),
    mounts: z.array(mountSchema(words)).optional(),
    annotations: z.record(z.string().min(1), z.string()).optional(),
    hooks: hooksSchema(words).optional(),
    linux: linuxSchema(words).optional(),
  });
}

/** What no schema can say: one part of the document against another. */
function crossChecks(spec: Spec): string[] {
  const checks = [
    processMistakes,
    mountMistakes,
    namespaceMistakes,
    deviceMistakes,
    resourceMistakes,
    seccompMistakes,
    memoryPolicyMistakes,
    netDeviceMistakes,
    mountLabelMistakes,
    sysctlMistakes,
  ];
  return checks.flatMap((mistakesOf) => mistakesOf(spec));
}
