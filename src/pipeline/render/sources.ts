/**
 * What template functions take from outside: clock, randomness, local time zone. The caller passes it in, so that a
 * render is repeatable in tests; functions never reach for Date.now or Math.random themselves.
 */
export interface RenderSources {
  now(): Date;
  randomBytes(count: number): Uint8Array;
  /** IANA name of what Go calls Local; UTC when absent. */
  readonly timeZone?: string | undefined;
  /** Called with the function's name each time a result depends on chance or on the clock. */
  onRandom?(functionName: string): void;
  /** As helm's --lint: `required` and `fail` let everything pass. */
  readonly lintMode?: boolean | undefined;
}
