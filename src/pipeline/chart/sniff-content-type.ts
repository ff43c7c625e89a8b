/**
 * What Go's http.DetectContentType takes the first 512 bytes of a file for, as far as people mistake such files for packed
 * charts. Helm hands it a whole buffer, so that a shorter file ends in zeros and is never text.
 */

const WINDOW = 512;

const signatures: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ['text/plain; charset=utf-16be', [0xfe, 0xff]],
  ['text/plain; charset=utf-16le', [0xff, 0xfe]],
  ['text/plain; charset=utf-8', [0xef, 0xbb, 0xbf]],
  ['application/pdf', [...Buffer.from('%PDF-')]],
  ['application/postscript', [...Buffer.from('%!PS-Adobe-')]],
  ['image/bmp', [...Buffer.from('BM')]],
  ['image/gif', [...Buffer.from('GIF87a')]],
  ['image/gif', [...Buffer.from('GIF89a')]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['application/zip', [0x50, 0x4b, 0x03, 0x04]],
  ['application/x-rar-compressed', [...Buffer.from('Rar!\x1a\x07\x00')]],
  ['application/wasm', [0, ...Buffer.from('asm')]],
];

const markup: readonly (readonly [type: string, start: RegExp])[] = [
  [
    'text/html; charset=utf-8',
    /^[\t\n\f\r ]*<(?:!doctype html|html|head|script|body|title|div|p|br|table|a|h1|!--)[ >]/i,
  ],
  ['text/xml; charset=utf-8', /^[\t\n\f\r ]*<\?xml/i],
];

export function sniffContentType(data: Uint8Array): string {
  const start = Buffer.from(data.subarray(0, WINDOW)).toString('latin1');
  const marked = markup.find(([, pattern]) => pattern.test(start));
  if (marked !== undefined) return marked[0];
  const known = signatures.find(([, bytes]) => bytes.every((byte, at) => data[at] === byte));
  if (known !== undefined) return known[0];
  const isText = data.length >= WINDOW && !/[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(start);
  return isText ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}
