/**
 * The engine's two errors. Both carry what they are made of beside Go's exact text, so that a caller may lay a chain of
 * them out differently. They are internal to rendering: whoever shows them to a user wraps them in a HelmGitopsError.
 */
import { byteLength } from '../base/byte-string.ts';
import { type Node, nodeText, type Source } from './node.ts';
import { quote } from './quote.ts';

/** Text that is no template: `template: NAME:LINE: reason`. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;

  constructor(file: string, line: number, reason: string) {
    super(`template: ${file}:${line}: ${reason}`);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/** Where in which template an execution stopped, and why. */
export interface ExecFrame {
  /** The innermost template being executed. */
  readonly template: string;
  /** Under which name that text was parsed. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In bytes, from 0: Go's way. */
  readonly column: number;
  /** The node, written back as text. */
  readonly node: string;
  /** What follows `at <NODE>: `. Where a called function failed it ends with that function's own error text. */
  readonly reason: string;
}

/**
 * A failed execution: `template: FILE:LINE:COL: executing "TPL" at <NODE>: reason`. `cause` is what a called function
 * failed with; where that function executed a template itself, an ExecError is found further down the chain.
 */
export class ExecError extends Error {
  override readonly name = 'ExecError';
  readonly frame: ExecFrame;

  constructor(frame: ExecFrame, cause?: Error) {
    super(
      `template: ${frame.file}:${frame.line}:${frame.column}: executing ${quote(frame.template)} at <${frame.node}>: ${frame.reason}`,
      cause === undefined ? undefined : { cause },
    );
    this.frame = frame;
  }
}

/** Something other than the template stopped the execution: a limit. Passes through every function call unchanged. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  /** Under which name the text was parsed, and the line in it, from 1; none for a deadline of the caller's. */
  readonly at: { readonly file: string; readonly line: number } | undefined;
  constructor(message: string, node?: Node) {
    super(message);
    this.at = node && { file: node.source.parseName, line: lineAt(node.source.text, node.pos) };
  }
}

/** All frames of an error and its causes, outermost first. */
export function execFrames(error: unknown): ExecFrame[] {
  const frames: ExecFrame[] = [];
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof ExecError) frames.push(at.frame);
  return frames;
}

export function lineAt(text: string, pos: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < pos; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Line from 1, column in bytes from 0. */
export function positionAt(source: Source, pos: number): { line: number; column: number } {
  const lineStart = pos === 0 ? 0 : source.text.lastIndexOf('\n', pos - 1) + 1;
  return { line: lineAt(source.text, pos), column: byteLength(source.text.slice(lineStart, pos)) };
}

export function newExecError(template: string, node: Node, failure: { reason: string; cause?: Error }): ExecError {
  const { line, column } = positionAt(node.source, node.pos);
  const frame = { template, file: node.source.parseName, line, column, node: nodeText(node), reason: failure.reason };
  return new ExecError(frame, failure.cause);
}
