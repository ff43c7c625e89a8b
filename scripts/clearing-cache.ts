/** Stands in for lru-cache where a process ends with its one render: too full, it begins anew. */
interface Limits<Key, Value> {
  readonly max: number;
  readonly maxSize?: number;
  readonly sizeCalculation?: (value: Value, key: Key) => number;
}

export class LRUCache<Key, Value> extends Map<Key, Value> {
  readonly #limits: Limits<Key, Value>;
  #used = 0;

  constructor(limits: Limits<Key, Value>) {
    super();
    this.#limits = limits;
  }

  override set(key: Key, value: Value): this {
    const { max, maxSize = Number.POSITIVE_INFINITY, sizeCalculation } = this.#limits;
    const size = sizeCalculation?.(value, key) ?? 0;
    if (size > maxSize) return this;
    if (this.size >= max || this.#used + size > maxSize) {
      this.clear();
      this.#used = 0;
    }
    this.#used += size;
    return super.set(key, value);
  }
}
