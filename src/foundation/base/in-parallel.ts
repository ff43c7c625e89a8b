/** Takes items and what to do with each; does so for at most `places` of them at a time. Results are in the items' order. */
export async function inParallel<Item, Result>(
  places: number,
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const limit = createLimit(places);
  return await Promise.all(items.map((item) => limit(() => act(item))));
}

/** A gate that so many may pass at a time; the others wait in turn. */
export function createLimit(places: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
