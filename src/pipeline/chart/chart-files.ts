/** Files of a chart before they are sorted into templates, values and the rest; Helm's limits for them. */

export interface BufferedFile {
  /** Relative to the chart's folder, with `/`. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Milliseconds since 1970; a packed chart keeps it. */
  readonly modified?: number | undefined;
}

/** Bytes, as of Helm 3.18 and 4. */
export const MAX_FILE_SIZE = 5 * 1024 * 1024;
export const MAX_CHART_SIZE = 100 * 1024 * 1024;

export function withoutByteOrderMark(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}
