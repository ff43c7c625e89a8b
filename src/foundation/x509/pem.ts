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

const BLOCK = /(?:^|\n)-----BEGIN ([^\r\n]*?)-----[ \t]*\r?\n([\s\S]*?)-----END \1-----/g;

/** The first block of a text, whatever stands around it; header lines within it are skipped. */
export function decodePem(text: string): PemBlock | undefined {
  for (const [, type = '', body = ''] of text.matchAll(BLOCK)) {
    const data = body
      .split(/\r?\n/)
      .filter((line) => !line.includes(':'))
      .join('')
      .replace(/[ \t]/g, '');
    if (/^[A-Za-z0-9+/]*={0,2}$/.test(data) && data.length % 4 === 0)
      return { type, bytes: Buffer.from(data, 'base64') };
  }
  return undefined;
}
