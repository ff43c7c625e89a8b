/** PEM blocks as Go's encoding/pem writes and finds them. */

export interface PemBlock {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** 64 characters a line, a newline at the end. */
export function encodePem({ type, bytes }: PemBlock): string {
  const text = Buffer.from(bytes).toString('base64');
  const lines = text.match(/.{1,64}/g) ?? [];
  return `${[`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`].join('\n')}\n`;
}

const BEGIN = /(?:^|\n)-----BEGIN ([^\r\n]*?)-----[ \t]*\r?\n/g;
const END = '-----END ';

/** The first block of a text, whatever stands around it; header lines within it are skipped. */
export function decodePem(text: string): PemBlock | undefined {
  let end = -1;
  for (const begin of text.matchAll(BEGIN)) {
    const type = begin[1] ?? '';
    const start = begin.index + begin[0].length;
    if (end < start) end = text.indexOf(END, start);
    if (end < 0) return undefined;
    if (!text.startsWith(`${type}-----`, end + END.length)) continue;
    const bytes = decodeBody(text.slice(start, end));
    if (bytes !== undefined) return { type, bytes };
  }
  return undefined;
}

function decodeBody(body: string): Uint8Array | undefined {
  const data = body
    .split(/\r?\n/)
    .filter((line) => !line.includes(':'))
    .join('')
    .replace(/[ \t]/g, '');
  const valid = /^[A-Za-z0-9+/]*={0,2}$/.test(data) && data.length % 4 === 0;
  return valid ? Buffer.from(data, 'base64') : undefined;
}
