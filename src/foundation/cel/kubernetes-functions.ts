/** The functions that Kubernetes adds to CEL and expressions of charts use: lists, text, patterns, URLs, quantities, addresses, sets. */
import { BlockList, isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';
import { compileRegexp, findAllRegexp, findRegexp } from '../base/regexp.ts';
import { quantityNanos } from '../fields/quantity.ts';
import { addFormats } from './format-functions.ts';

export function addKubernetesFunctions(environment: Environment): void {
  const add = environment.registerFunction.bind(environment) as Add;
  addLists(add);
  addTexts(add);
  addUrls(environment, add);
  addQuantities(environment, add);
  addAddresses(environment, add);
  addSets(environment, add);
  addFormats(environment);
}

// biome-ignore lint/suspicious/noExplicitAny: what arguments are is said by the signature
type Add = (signature: string, handler: (...values: any[]) => unknown) => void;
type Comparable = bigint | number | string;

function addLists(add: Add): void {
  const least = (list: Comparable[], sign: 1 | -1): Comparable => {
    if (list.length === 0) throw new Error(`${sign === 1 ? 'min' : 'max'} called on empty list`);
    return list.reduce((best, one) => ((sign === 1 ? one < best : one > best) ? one : best));
  };
  add('list.isSorted(): bool', (list: Comparable[]) =>
    list.every((one, at) => at === 0 || (list[at - 1] ?? one) <= one),
  );
  add('list.sum(): dyn', (list: (bigint | number)[]) =>
    list.reduce((sum, one) => (typeof one === 'bigint' ? BigInt(sum) + one : Number(sum) + one), 0n as bigint | number),
  );
  add('list.min(): dyn', (list: Comparable[]) => least(list, 1));
  add('list.max(): dyn', (list: Comparable[]) => least(list, -1));
  add('list.indexOf(dyn): int', (list: unknown[], wanted: unknown) =>
    BigInt(list.findIndex((one) => equalCel(one, wanted))),
  );
  add('list.lastIndexOf(dyn): int', (list: unknown[], wanted: unknown) =>
    BigInt(list.findLastIndex((one) => equalCel(one, wanted))),
  );
}

function addTexts(add: Add): void {
  add('string.find(string): string', (text: string, pattern: string) => findRegexp(compileRegexp(pattern), text));
  const all = (text: string, pattern: string, most?: bigint): string[] =>
    findAllRegexp(compileRegexp(pattern), text, most === undefined ? -1 : Number(most)) ?? [];
  add('string.findAll(string): list', all);
  add('string.findAll(string, int): list', all);
  add('string.charAt(int): string', (text: string, at: bigint) => {
    const letters = [...text];
    if (at < 0n || at > BigInt(letters.length)) throw new Error(`index out of range: ${at}`);
    return letters[Number(at)] ?? '';
  });
  add('string.replace(string, string): string', (text: string, from: string, to: string) => text.split(from).join(to));
  add('string.replace(string, string, int): string', (text: string, from: string, to: string, most: bigint) => {
    if (most < 0n) return text.split(from).join(to);
    const parts = text.split(from);
    const changed = Math.min(Number(most), parts.length - 1);
    return (
      parts.slice(0, changed + 1).join(to) +
      parts
        .slice(changed + 1)
        .map((part) => from + part)
        .join('')
    );
  });
  add('string.format(list): string', (format: string, values: unknown[]) => {
    const left = [...values];
    return format.replace(
      /%(?:(%)|(?:\.(\d+))?([sdfexXob]))/g,
      (_all, percent?: string, digits?: string, verb = 's') => percent ?? formatted(left.shift(), verb, digits),
    );
  });
}

function formatted(value: unknown, verb: string, digits: string | undefined): string {
  if (verb === 'f') return Number(value).toFixed(Number(digits ?? 6));
  if (verb === 'e')
    return Number(value)
      .toExponential(Number(digits ?? 6))
      .replace(/e([+-])(\d)$/, 'e$10$2');
  const bases: Readonly<Record<string, number>> = { x: 16, X: 16, o: 8, b: 2 };
  const base = bases[verb];
  if (base !== undefined && typeof value === 'bigint') {
    const text = value.toString(base);
    return verb === 'X' ? text.toUpperCase() : text;
  }
  return shown(value);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof Map) return `{${[...value].map(([key, one]) => `${shown(key)}: ${shown(one)}`).join(', ')}}`;
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  return String(value);
}

class Address {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  constructor(scheme: string, host: string, path: string) {
    this.scheme = scheme;
    this.host = host;
    this.path = path;
  }
}

/** Absolute, or a path from the root. The library's own parser would drop a scheme's standard port. */
function parseAddress(text: string): Address | undefined {
  if (text.startsWith('/')) return new Address('', '', text.replace(/[?#].*$/, ''));
  if (!URL.canParse(text)) return undefined;
  const [, scheme = '', host = '', path = ''] =
    /^([a-z][a-z\d+.-]*):(?:\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?#]*)/i.exec(text) ?? [];
  return new Address(scheme, host, path);
}

function addUrls(environment: Environment, add: Add): void {
  environment.registerType('KubernetesURL', { ctor: Address, fields: {} });
  add('isURL(string): bool', (text: string) => parseAddress(text) !== undefined);
  add('url(string): KubernetesURL', (text: string) => {
    const address = parseAddress(text);
    if (address === undefined)
      throw new Error(`URL parse error during conversion from string: ${JSON.stringify(text)}`);
    return address;
  });
  add('KubernetesURL.getScheme(): string', ({ scheme }: Address) => scheme);
  add('KubernetesURL.getHost(): string', ({ host }: Address) => host);
  add('KubernetesURL.getHostname(): string', ({ host }: Address) => host.replace(/:\d*$/, '').replace(/^\[|\]$/g, ''));
  add('KubernetesURL.getPort(): string', ({ host }: Address) => /:(\d+)$/.exec(host)?.[1] ?? '');
  add('KubernetesURL.getEscapedPath(): string', ({ path }: Address) => path);
}

class Quantity {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

function addQuantities(environment: Environment, add: Add): void {
  environment.registerType('KubernetesQuantity', { ctor: Quantity, fields: {} });
  const nano = 1_000_000_000n;
  add('isQuantity(string): bool', (text: string) => quantityNanos(text) !== undefined);
  add('quantity(string): KubernetesQuantity', (text: string) => {
    const nanos = quantityNanos(text);
    if (nanos === undefined) throw new Error('quantities must match the regular expression');
    return new Quantity(nanos);
  });
  const compare = (left: Quantity, right: Quantity): bigint =>
    left.nanos < right.nanos ? -1n : left.nanos > right.nanos ? 1n : 0n;
  const pair = 'KubernetesQuantity';
  add(`${pair}.compareTo(${pair}): int`, compare);
  add(`${pair}.isGreaterThan(${pair}): bool`, (left: Quantity, right: Quantity) => compare(left, right) > 0n);
  add(`${pair}.isLessThan(${pair}): bool`, (left: Quantity, right: Quantity) => compare(left, right) < 0n);
  add(`${pair}.add(${pair}): ${pair}`, (left: Quantity, right: Quantity) => new Quantity(left.nanos + right.nanos));
  add(`${pair}.sub(${pair}): ${pair}`, (left: Quantity, right: Quantity) => new Quantity(left.nanos - right.nanos));
  add(`${pair}.sign(): int`, ({ nanos }: Quantity) => (nanos > 0n ? 1n : nanos < 0n ? -1n : 0n));
  add(`${pair}.isInteger(): bool`, ({ nanos }: Quantity) => nanos % nano === 0n);
  add(`${pair}.asInteger(): int`, ({ nanos }: Quantity) => {
    if (nanos % nano !== 0n) throw new Error('cannot convert value to integer');
    return nanos / nano;
  });
  add(`${pair}.asApproximateFloat(): double`, ({ nanos }: Quantity) => Number(nanos) / Number(nano));
}

class Ip {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

class Cidr {
  readonly address: string;
  readonly length: number;
  constructor(address: string, length: number) {
    this.address = address;
    this.length = length;
  }
}

const kindOf = (text: string): 'ipv4' | 'ipv6' => (isIP(text) === 6 ? 'ipv6' : 'ipv4');

function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', more] = text.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  const fits = isIP(address) !== 0 && /^\d{1,3}$/.test(length) && Number(length) <= most && more === undefined;
  return fits ? new Cidr(address, Number(length)) : undefined;
}

function addAddresses(environment: Environment, add: Add): void {
  environment.registerType('NetIP', { ctor: Ip, fields: {} });
  environment.registerType('NetCIDR', { ctor: Cidr, fields: {} });
  const ip = (text: string): Ip => {
    if (isIP(text) === 0)
      throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
    return new Ip(text);
  };
  const cidr = (text: string): Cidr => {
    const parsed = parseCidr(text);
    if (parsed === undefined)
      throw new Error(`network address parse error during conversion from string: ${JSON.stringify(text)}`);
    return parsed;
  };
  const contains = ({ address, length }: Cidr, { text }: Ip): boolean => {
    const list = new BlockList();
    list.addSubnet(address, length, kindOf(address));
    return isIP(address) === isIP(text) && list.check(text, kindOf(text));
  };
  add('isIP(string): bool', (text: string) => isIP(text) !== 0);
  add('ip(string): NetIP', ip);
  add('NetIP.family(): int', ({ text }: Ip) => BigInt(isIP(text)));
  add('string(NetIP): string', ({ text }: Ip) => text);
  add('isCIDR(string): bool', (text: string) => parseCidr(text) !== undefined);
  add('cidr(string): NetCIDR', cidr);
  add('NetCIDR.prefixLength(): int', ({ length }: Cidr) => BigInt(length));
  add('NetCIDR.containsIP(string): bool', (net: Cidr, text: string) => contains(net, ip(text)));
  add('NetCIDR.containsIP(NetIP): bool', contains);
}

/** What stands before the dot of `sets.contains(…)`. */
class Sets {}

function addSets(environment: Environment, add: Add): void {
  environment.registerType('CelSets', { ctor: Sets, fields: {} });
  environment.registerConstant('sets', 'CelSets', new Sets());
  const holds = (list: unknown[], wanted: unknown[]): boolean =>
    wanted.every((one) => list.some((other) => equalCel(one, other)));
  add('CelSets.contains(list, list): bool', (_sets, list: unknown[], wanted: unknown[]) => holds(list, wanted));
  add(
    'CelSets.equivalent(list, list): bool',
    (_sets, left: unknown[], right: unknown[]) => holds(left, right) && holds(right, left),
  );
  add('CelSets.intersects(list, list): bool', (_sets, left: unknown[], right: unknown[]) =>
    left.some((one) => right.some((other) => equalCel(one, other))),
  );
}

function equalCel(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((one, at) => equalCel(one, right[at]));
  if (left instanceof Map && right instanceof Map)
    return left.size === right.size && [...left].every(([key, one]) => right.has(key) && equalCel(one, right.get(key)));
  // biome-ignore lint/suspicious/noDoubleEquals: 1 and 1.0 are the same to CEL
  return typeof left !== 'string' && typeof right !== 'string' ? left == right : left === right;
}
