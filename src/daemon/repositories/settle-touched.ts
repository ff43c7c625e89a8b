/** Releases whose values have moved since they were read: they are prepared again, and remembered until that is done. */

/** What is touched while the work lasts stays so; all of it does when the work fails. */
export async function settling<Result>(
  touched: Set<string>,
  work: (settled: ReadonlySet<string>) => Promise<Result>,
): Promise<Result> {
  const settled = new Set(touched);
  touched.clear();
  try {
    return await work(settled);
  } catch (error) {
    for (const id of settled) touched.add(id);
    throw error;
  }
}
