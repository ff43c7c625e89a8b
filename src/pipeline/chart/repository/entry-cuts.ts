/**
 * Where in the bytes of a chart repository's index the versions of each chart lie. Found without reading them as YAML:
 * an index of 30 MB holds 50,000 versions, of which one is wanted.
 */

export interface EntryCut {
  /** As it is surely written, else `''`: the entry itself must be read to know. */
  readonly version: string;
  /** Bytes of the body, the end excluded. */
  readonly start: number;
  readonly end: number;
}

export interface ChartCut {
  readonly name: string;
  /** From the line of its name to the next chart's; of a JSON index only the list. */
  readonly start: number;
  readonly end: number;
  readonly entries: readonly EntryCut[];
  /** Written in a way that only the exact reader understands: read the whole of it. */
  readonly odd: boolean;
}

export type BodyFormat = 'yaml' | 'json';

export interface IndexCuts {
  readonly format: BodyFormat;
  /** The text of `apiVersion`, its key included; undefined where there is none. */
  readonly apiVersion: string | undefined;
  readonly charts: readonly ChartCut[];
}

/** Takes the body piece by piece. */
export interface Cutter {
  push(bytes: Uint8Array): void;
  /** Undefined: the index is written in a way that only the exact reader understands. */
  end(): IndexCuts | undefined;
}

/** A version that YAML reads as the very text it is: two dots make it no number. */
export const surelyVersion = /^v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]*)?$/;

/** Bytes that an index may have: about ten times the largest ones of 2026. */
export const largestIndex = 512 * 1024 * 1024;

/** More than any repository has, and few enough to be held at once. */
export const mostCharts = 50_000;
export const mostEntries = 500_000;
