/** `values`: the values that a release's templates see, and for each key the line that set it and what it lies over. */
import { Document, isScalar } from 'yaml';
import { formatPlace } from '../../../foundation/base/errors.ts';
import { suggestionHint } from '../../../foundation/document/suggest-name.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { traceValues } from '../../../pipeline/trace-values.ts';
import type { OverriddenValue, ValueRow } from '../../../pipeline/values/list-values.ts';
import { formatValuePath, parseValuePath } from '../../../pipeline/values/provenance.ts';
import { choosePrepared } from '../choose-prepared.ts';
import { cliError } from '../cli-error.ts';
import type { GlobalOptions } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import type { OutputFormat } from '../output-format.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { Selection } from '../select.ts';

export interface ValuesOptions extends GlobalOptions, Selection {
  readonly output: OutputFormat;
  /** `image.tag`: this key, or all below it. */
  readonly key: string | undefined;
}

export async function values(line: CommandLine, options: ValuesOptions): Promise<number> {
  const { config, prepared } = await choosePrepared(line, options);
  const all = traceValues(prepared, config.helm.compat);
  const rows = below(all, options.key);
  if (options.key !== undefined && rows.length === 0) throw unknownKey(prepared, options.key, all);
  line.stdout.write(format(rows, options));
  return 0;
}

function below(rows: readonly ValueRow[], key: string | undefined): readonly ValueRow[] {
  if (key === undefined) return rows;
  const wanted = parseValuePath(key);
  return rows.filter(
    ({ path }) =>
      path.every((step, index) => index >= wanted.length || step === wanted[index]) && path.length >= wanted.length,
  );
}

function unknownKey({ definition }: PreparedRelease, key: string, rows: readonly ValueRow[]): Error {
  const known = rows.flatMap(({ path }) => path.map((_, length) => formatValuePath(path.slice(0, length + 1))));
  return cliError('cli.unknown-key', `${definitionId(definition)} has no value ${key}`, {
    hint: suggestionHint(key, [...new Set(known)]) ?? 'without --key all of them are listed',
  });
}

const valueText = (value: unknown): string => {
  const plain = typeof value === 'string' && value !== '';
  const text = value === undefined ? '(deleted)' : plain ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

function format(rows: readonly ValueRow[], { output }: ValuesOptions): string {
  if (output === 'yaml') return annotated(rows);
  if (output === 'json') return `${JSON.stringify(rows.map(plainRow), null, 2)}\n`;
  return formatListing(output, {
    rows,
    columns: [
      ['key', ({ path }) => formatValuePath(path)],
      ['value', ({ value }) => valueText(value)],
      ['set by', ({ place }) => (place === undefined ? '' : formatPlace(place))],
      ['overrode', ({ path, overrode }) => overrode.map((one) => overrodeText(path, one)).join('; ')],
    ],
    empty: 'no values',
  });
}

/** Where a key has another name in its own file, that is told too: `port` of a subchart is `database.port` here. */
function overrodeText(path: ValueRow['path'], { value, place, path: own }: OverriddenValue): string {
  const name = formatValuePath(own);
  return `${valueText(value)} (${formatPlace(place)}${name === formatValuePath(path) ? '' : ` ${name}`})`;
}

function plainRow({ path, value, place, overrode }: ValueRow) {
  const at = (one: ValueRow['place']) =>
    one === undefined ? {} : { file: one.file, line: one.line, column: one.column };
  return {
    key: formatValuePath(path),
    ...(value === undefined ? { deleted: true } : { value }),
    ...at(place),
    overrode: overrode.map((one) => ({ key: formatValuePath(one.path), value: one.value, ...at(one.place) })),
  };
}

/** The values as a values file, with what is known of each key beside it. */
function annotated(rows: readonly ValueRow[]): string {
  const document = new Document({});
  for (const { path, value, place, overrode } of rows) {
    if (value === undefined) continue;
    const node = document.createNode(value);
    const comment = [
      ...(place === undefined ? [] : [formatPlace(place)]),
      ...overrode.map((one) => `over ${overrodeText(path, one)}`),
    ].join(', ');
    if (comment === '') document.setIn(path, node);
    else if (isScalar(node)) node.comment = ` ${comment}`;
    else node.commentBefore = ` ${comment}`;
    document.setIn(path, node);
  }
  return document.toString({ lineWidth: 0 });
}
