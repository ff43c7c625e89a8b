/**
 * What a failed render tells: exactly Helm's text (helm.md §1.8), and the place in the chart for whoever prints more.
 * Takes what the engine threw, returns a HelmGitopsError; other errors are bugs and are returned as they are.
 */
import type { Place } from '../../foundation/base/errors.ts';
import { ExecError, execFrames, LimitError, ParseError } from '../../foundation/template/errors.ts';
import { GoError } from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { formatTrace } from './format-trace.ts';
import { renderError } from './render-error.ts';

/** Reads a template of the chart by its full name, for the line of the excerpt. */
export type TemplateText = (name: string) => string | undefined;

export interface RenderErrorContext {
  readonly compat: Compat;
  readonly textOf: TemplateText;
}

/** While parsing the file of that name. */
export function parseFailure(error: unknown, filename: string, context: RenderErrorContext): unknown {
  if (!(error instanceof ParseError)) return error;
  const tokens = error.message.split(': ');
  const message =
    tokens.length === 1
      ? `parse error in (${filename}): ${error.message}`
      : `parse error at (${tokens[1]}): ${tokens.at(-1)}`;
  return renderError('chart.template', message, {
    place: placeAt(error.file, error.line, undefined, context),
    cause: error,
  });
}

/** While executing a file. */
export function executionFailure(error: unknown, filename: string, context: RenderErrorContext): unknown {
  if (error instanceof ExecError) {
    const message = execMessage(error, filename, context.compat);
    return renderError('chart.template', message, { place: innermostPlace(error, context), cause: error });
  }
  if (error instanceof LimitError) {
    // A text given to tpl is no file: the one that is rendered is named then.
    const at = error.at !== undefined && context.textOf(error.at.file) !== undefined ? error.at : undefined;
    return renderError('chart.template', `${at ? `${at.file}:${at.line}` : filename}: ${error.message}`, {
      place: at ? placeAt(at.file, at.line, undefined, context) : { file: withoutChart(filename) },
      cause: error,
    });
  }
  if (error instanceof GoError) return renderError('chart.template', error.message, { cause: error });
  return error;
}

const WARNING = /HELM_ERR_START([\s\S]*)HELM_ERR_END/;

function execMessage(error: ExecError, filename: string, compat: Compat): string {
  const { message } = error;
  const first = message.indexOf(': ');
  const second = first < 0 ? -1 : message.indexOf(': ', first + 2);
  if (second < 0) return `execution error in (${filename}): ${message}`;
  const warning = WARNING.exec(message.slice(second + 2))?.[1];
  if (warning !== undefined) return `execution error at (${message.slice(first + 2, second)}): ${warning}`;
  return compat === 'helm3' ? message : (formatTrace(error) ?? message);
}

/** The deepest frame that lies in a file of the chart; what `tpl` was given is no file. */
function innermostPlace(error: ExecError, context: RenderErrorContext): Place | undefined {
  const frame = execFrames(error).findLast(({ file }) => context.textOf(file) !== undefined);
  return frame === undefined ? undefined : placeAt(frame.file, frame.line, frame.column + 1, context);
}

function placeAt(file: string, line: number, column: number | undefined, { textOf }: RenderErrorContext): Place {
  const excerpt = textOf(file)?.split('\n')[line - 1];
  return {
    file: withoutChart(file),
    line,
    ...(column === undefined ? {} : { column }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

/** Templates are named from the chart's name on, places from its folder. */
const withoutChart = (name: string): string => name.slice(name.indexOf('/') + 1);
