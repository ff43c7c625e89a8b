/**
 * Shamir's secret sharing over GF(2^8) with AES's polynomial, as SOPS splits a data key among key groups. Takes shares,
 * each with its x as the last byte, returns what they share; too few shares give bytes that mean nothing.
 */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array | undefined {
  const length = shares[0]?.length ?? 0;
  const xs = shares.map((share) => share[length - 1] ?? 0);
  const usable = shares.length > 1 && length > 1 && shares.every((share) => share.length === length);
  if (!usable || new Set(xs).size !== xs.length || xs.includes(0)) return undefined;
  // The Lagrange basis at 0 is the same for every byte.
  const basis = xs.map((x, i) =>
    xs.reduce((product, other, j) => (i === j ? product : multiply(product, multiply(other, inverse(x ^ other)))), 1),
  );
  return Uint8Array.from({ length: length - 1 }, (_, at) =>
    shares.reduce((sum, share, i) => sum ^ multiply(share[at] ?? 0, basis[i] ?? 0), 0),
  );
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = ((product << 1) & 0xff) ^ (product & 0x80 ? 0x1b : 0) ^ ((b >> bit) & 1 ? a : 0);
  }
  return product;
}

/** a^254: the multiplicative group has 255 elements. */
function inverse(a: number): number {
  let power = a;
  let result = 1;
  for (let bits = 254; bits > 0; bits >>= 1) {
    if (bits & 1) result = multiply(result, power);
    power = multiply(power, power);
  }
  return result;
}
