/** How Go's time package quotes in its errors: every byte beyond printable ASCII as `\xNN`. */
import { toBytes } from '../../../foundation/base/byte-string.ts';

export function quoteForTime(text: string): string {
  let quoted = '';
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte);
    if (byte < 0x20 || byte >= 0x80) quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
    else quoted += char === '"' || char === '\\' ? `\\${char}` : char;
  }
  return `"${quoted}"`;
}
