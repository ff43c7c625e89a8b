/** Says of an id that it is over, and what waits in its place. */
export const noLongerWaits = (id: string, now: string | undefined): string =>
  `${id} does not wait any more${now === undefined ? '' : `, ${now} does`}`;
