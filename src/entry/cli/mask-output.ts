/** A command line whose output holds no secret that became known while the command ran. */
import { createSecretMask, type SecretMask } from '../../foundation/secrets/secret-mask.ts';
import type { CommandLine } from './run-command-line.ts';

export interface MaskedLine extends CommandLine {
  readonly mask: SecretMask;
  /** For what masks by itself, and for what a person wants to see in full. */
  readonly unmasked: NodeJS.WritableStream;
}

export function maskOutput(line: CommandLine): MaskedLine {
  const mask = createSecretMask();
  const { stdout, stderr } = line;
  return { ...line, mask, unmasked: stdout, stdout: masked(stdout, mask), stderr: masked(stderr, mask) };
}

/** A command writes whole texts, so that no secret lies across two writes. */
function masked(stream: NodeJS.WritableStream, mask: SecretMask): NodeJS.WritableStream {
  const write = (chunk: string | Uint8Array, ...rest: []) =>
    stream.write(typeof chunk === 'string' ? mask.text(chunk) : chunk, ...rest);
  return Object.create(stream, { write: { value: write } }) as NodeJS.WritableStream;
}
