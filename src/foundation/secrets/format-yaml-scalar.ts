/** Writes a decrypted value as a YAML scalar on one line that every reader, of YAML 1.1 or 1.2, takes for the same value. */
import { formatGeneral } from '../yaml/format-number.ts';
import { resolveScalar } from '../yaml/resolve-scalar.ts';
import { parseFloat64, type SopsValue } from './sops-cipher.ts';

const harmless = /^[A-Za-z_/][A-Za-z0-9_./+-]*$/;
/** What a YAML reader refuses or folds; JSON leaves these as they are. */
const special = /[\u007f-\u00a0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/g;

export function formatYamlScalar({ type, bytes }: SopsValue): string {
  const text = bytes.toString('utf8');
  if (type === 'float') return formatFloat(parseFloat64(text) ?? 0);
  if (type !== 'str') return text;
  if (!Buffer.from(text).equals(bytes)) return `!!binary "${bytes.toString('base64')}"`;
  if (harmless.test(text) && resolveScalar(text) === undefined) return text;
  return quoteYaml(text);
}

function quoteYaml(text: string): string {
  // Pairs of surrogates are one character beyond the basic plane, which may stand as it is.
  const parts = JSON.stringify(text).split(/([\ud800-\udbff][\udc00-\udfff])/);
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(special, escaped))).join('');
}

function formatFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return formatGeneral(value);
}
