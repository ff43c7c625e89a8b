import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayUrl } from '../../../src/foundation/http/display-url.ts';

describe('displayUrl', () => {
  test.each([
    ['https://ada:secret@host.example/x', 'https://host.example/x'],
    ['https://host.example/x?X-Amz-Signature=secret&b=secret#secret', 'https://host.example/x?X-Amz-Signature=…&b=…'],
    ['http://ada:secret@host.example:5000', 'http://host.example:5000'],
    ['oci://ada:secret@host.example/x', 'oci://host.example/x'],
    ['https://a:secret@b:secret@host.example/', 'https://host.example/'],
    ['//ada:secret@not a url?secret', '//not a url'],
    ['https://host.example/\u202e\u001b[31m', 'https://host.example/%E2%80%AE%1B[31m'],
  ])('%s is shown as %s', (url, expected) => {
    expect(displayUrl(url)).toBe(expected);
  });

  test('never shows what stands before the @ or in the query', () => {
    const host = fc.domain();
    fc.assert(
      fc.property(host, fc.string(), (name, path) => {
        const shown = displayUrl(`https://hunter2:hunter2@${name}/${path}`);
        expect(shown.split('/')[2]).not.toContain('hunter2');
        expect(displayUrl(`https://${name}/p?q=hunter2`)).not.toContain('hunter2');
      }),
    );
  });
});
