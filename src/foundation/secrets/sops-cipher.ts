/**
 * One value of a SOPS file: AES-256-GCM with the path of its keys as additional data, and a type. Takes the text
 * `ENC[AES256_GCM,…]`, returns the value and the bytes that the MAC is made of; what fails is told without the value.
 */
import { createDecipheriv } from 'node:crypto';
import { secretError } from './secret-error.ts';

export type SopsType = 'str' | 'int' | 'float' | 'bool' | 'time' | 'comment';

export interface SopsValue {
  readonly type: SopsType;
  /** An integer, a float or a time as canonical text, a bool as `true` or `false`; a string may hold any bytes. */
  readonly bytes: Buffer;
}

const form = /^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]/;
const start = 'ENC[AES256_GCM,';

export const isEncryptedValue = (text: string): boolean => form.test(text);
export const isEncryptedComment = (text: string): boolean => form.exec(text)?.[4] === 'comment';

/** `path` are the keys that lead to the value; lists add nothing to it. */
export function decryptValue(text: string, key: Uint8Array, path: readonly string[]): SopsValue {
  if (text === '') return { type: 'str', bytes: Buffer.alloc(0) };
  const where = path.join('.');
  const [, data, iv, tag, type] = form.exec(text) ?? [];
  if (data === undefined || iv === undefined || tag === undefined || type === undefined) {
    const cut = text.startsWith(start) ? 'is cut off' : 'is not encrypted although the rules of the file say so';
    throw secretError('secret.invalid', `the value at ${where} ${cut}`, {
      hint: 'edit the file with sops, which encrypts new values',
    });
  }
  const bytes = open({ data, iv, tag, key, additional: `${path.join(':')}:` });
  if (bytes === undefined) {
    throw secretError('secret.invalid', `the value at ${where} cannot be decrypted: it was changed, moved or renamed`, {
      hint: 'edit the file with sops, which encrypts each value for its place',
    });
  }
  return typed(bytes, type, where);
}

/** The MAC that the file was written with, in capital hex; undefined where it was not made with this key and time. */
export function decryptMac(text: string, key: Uint8Array, lastModified: string): string | undefined {
  const [, data, iv, tag] = form.exec(text) ?? [];
  if (data === undefined || iv === undefined || tag === undefined) return undefined;
  // Go writes what it has parsed: whole seconds, and Z for no offset.
  const additional = lastModified.replace(/\.\d+/, '').replace(/[-+]00:00$/, 'Z');
  return open({ data, iv, tag, key, additional })?.toString('latin1');
}

interface Sealed {
  readonly data: string;
  readonly iv: string;
  readonly tag: string;
  readonly key: Uint8Array;
  readonly additional: string;
}

/** Undefined: not authentic. */
function open({ data, iv, tag, key, additional }: Sealed): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(additional));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]);
  } catch {
    return undefined;
  }
}

const trues = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falses = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

function typed(bytes: Buffer, type: string, where: string): SopsValue {
  const text = bytes.toString('utf8');
  const wrong = () => secretError('secret.invalid', `the value at ${where} is no ${type}, as the file says it is`);
  switch (type) {
    case 'str':
    case 'bytes':
      return { type: 'str', bytes };
    case 'comment':
    case 'time':
      return { type, bytes };
    case 'int':
      if (!/^[-+]?\d{1,19}$/.test(text)) throw wrong();
      return { type, bytes: Buffer.from(String(BigInt(text.replace('+', '')))) };
    case 'float': {
      const number = parseFloat64(text);
      if (number === undefined) throw wrong();
      return { type, bytes: Buffer.from(formatFixed(number)) };
    }
    case 'bool':
      if (!trues.has(text) && !falses.has(text)) throw wrong();
      return { type, bytes: Buffer.from(String(trues.has(text))) };
    default:
      throw secretError('secret.invalid', `the value at ${where} has the unknown type ${JSON.stringify(type)}`);
  }
}

/** What goes into the MAC. */
export function macBytes({ type, bytes }: SopsValue): Buffer {
  if (type === 'bool') return Buffer.from(bytes.toString() === 'true' ? 'True' : 'False');
  return bytes;
}

/** As Go's strconv.ParseFloat reads what FormatFloat wrote. */
export function parseFloat64(text: string): number | undefined {
  const word = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (word) {
    if (word[2]?.toLowerCase() === 'nan') return Number.NaN;
    return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** strconv.FormatFloat(value, 'f', -1, 64): never an exponent. */
export function formatFixed(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(exponentText);
  const digits = mantissa.replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
