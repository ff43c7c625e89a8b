/** What functions and operators of CEL cost by the sizes of what they are called with, in the units in which Kubernetes limits them. */

/** One unit for so many characters that are gone through. */
const traversal = 0.1;
/** Of a pattern, whose expressions are taken to be four characters long. */
const patternFactor = 0.25;

export const listCost = 10;
export const mapCost = 30;
/** Beyond it nothing is told apart: Go's largest uint64. */
export const unknownSize = 2 ** 64;

/** Never beyond `unknownSize`. */
export const capped = (cost: number): number => Math.min(cost, unknownSize);

export const traversed = (size: number, times = 1): number => capped(Math.ceil(size * times * traversal));

/** `sizes`: of the receiver, if there is one, and of each argument. */
export type CallCost = (sizes: readonly number[]) => number;

const once: CallCost = ([first = 0]) => traversed(first);
const twice: CallCost = ([first = 0]) => traversed(first, 2);
const pattern: CallCost = ([text = 0, of = 0]) => capped(traversed(text + 1) * Math.ceil(of * patternFactor));

/** By name; what is missing costs one unit. */
export const callCosts: Readonly<Record<string, CallCost>> = {
  startsWith: once,
  endsWith: once,
  format: once,
  url: once,
  lowerAscii: once,
  upperAscii: once,
  substring: once,
  trim: once,
  cidr: once,
  ip: once,
  isIP: once,
  isCIDR: once,
  quantity: once,
  isQuantity: once,
  'ip.isCanonical': twice,
  replace: twice,
  split: twice,
  matches: pattern,
  find: pattern,
  findAll: pattern,
  contains: ([text = 0, part = 0]) => capped(traversed(text) * traversed(part)),
};

/** Of two values that are compared, the shorter one decides. */
export const comparisonCost: CallCost = ([left = 0, right = 0]) => traversed(Math.min(left, right));
/** Of two texts that become one. */
export const joinCost: CallCost = ([left = 0, right = 0]) => traversed(left + right);
