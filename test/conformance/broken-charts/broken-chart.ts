/** A small chart that is broken on purpose, and ways to write many of them down briefly. */

/** `null` leaves a file out that every chart has otherwise; `link` is a symbolic link. */
export type Content = string | Uint8Array | null | { readonly link: string };
export type Files = Readonly<Record<string, Content>>;

export interface BrokenChart {
  /** Unique; what is broken. */
  readonly name: string;
  /** By path within the chart's folder; `../x` lies beside it. */
  readonly files: Files;
  /** Behind `template rel chart`. */
  readonly args?: readonly string[];
  /** Instead of `rel chart`. */
  readonly operands?: readonly string[];
  /** Helm's own order is random here: only the words count. */
  readonly anyOrder?: boolean;
}

export const chartYaml = 'apiVersion: v2\nname: broken\nversion: 0.1.0\n';

export const childYaml = 'apiVersion: v2\nname: child\nversion: 0.2.0\n';

export const withChild = `${chartYaml}dependencies:\n  - name: child\n    version: 0.2.0\n`;

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n';

/** A ConfigMap whose data begin in line 6. */
export const settings = (data: string): string => `${head}  ${data}\n`;

/** Of one template each: what stands in line 6 of templates/settings.yaml. */
export function inTemplate(area: string, rows: readonly (readonly [name: string, text: string, more?: Files])[]) {
  return rows.map(
    ([name, text, more = {}]): BrokenChart => ({
      name: `${area}: ${name}`,
      files: { 'templates/settings.yaml': settings(text), ...more },
    }),
  );
}

/** Of one file each, beside a template that is right. */
export function inFile(
  area: string,
  file: string,
  rows: readonly (readonly [name: string, text: Content, more?: Files])[],
) {
  return rows.map(
    ([name, text, more = {}]): BrokenChart => ({
      name: `${area}: ${name}`,
      files: { 'templates/settings.yaml': settings('a: {{ .Values.a | quote }}'), [file]: text, ...more },
    }),
  );
}

/** Of the arguments only. */
export function onCommandLine(
  area: string,
  rows: readonly (readonly [name: string, args: readonly string[], files?: Files, operands?: readonly string[]])[],
) {
  return rows.map(
    ([name, args, files = {}, operands]): BrokenChart => ({
      name: `${area}: ${name}`,
      files: { 'templates/settings.yaml': settings('a: {{ .Values.a | quote }}'), ...files },
      args,
      ...(operands === undefined ? {} : { operands }),
    }),
  );
}
