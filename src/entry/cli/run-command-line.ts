/** The command line's door: what a command is given, and which of the two readers of arguments it goes to. */

export interface CommandLine {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** Returns the process's exit code. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  const [first, ...rest] = line.arguments;
  // Helm's flags, and Helm's speed: it loads nothing that it can do without.
  if (first === 'template') return await (await import('./commands/template.ts')).template(line, rest);
  return await (await import('./run-program.ts')).runProgram(line);
}
