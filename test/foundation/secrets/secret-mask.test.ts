import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/foundation/events/event.ts';
import { collectScalars } from '../../../src/foundation/secrets/collect-scalars.ts';
import { maskEvent } from '../../../src/foundation/secrets/mask-event.ts';
import { maskManifest } from '../../../src/foundation/secrets/mask-manifest.ts';
import { recordSecrets } from '../../../src/foundation/secrets/record-secrets.ts';
import { secretData } from '../../../src/foundation/secrets/secret-data.ts';
import { createSecretMask } from '../../../src/foundation/secrets/secret-mask.ts';
import { formatJson, formatText } from '../../../src/report/format-line.ts';

function maskOf(...secrets: string[]) {
  const mask = createSecretMask();
  mask.add(secrets);
  return mask;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a secret in a text', () => {
  const secret = `pa'ss "wörd" <1>&\\$x`;
  test.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify(secret)],
    [
      'in JSON as Go writes it',
      JSON.stringify(secret).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026'),
    ],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ password: secret }))],
    ['in YAML', `'${secret.replaceAll("'", "''")}'`],
    ['in a URL', `postgres://me:${encodeURIComponent(secret)}@db/`],
    ['in a form', new URLSearchParams({ password: secret }).toString()],
    ['in a shell command', `--password '${secret.replaceAll("'", "'\\''")}'`],
    ['in base64', base64(secret)],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
    ['in the base64 of a longer text', base64(`a${secret}b`)],
    ['in the base64 of a longer text, shifted', base64(`ab${secret}cd`)],
  ])('%s', (_what, text) => {
    const masked = maskOf(secret).text(`before ${text} after`);
    expect(masked).toMatch(/^before .*\*\*\*.* after$/);
    expect(masked).not.toContain('ss ');
    expect(masked).not.toContain(base64(secret).slice(2, -4));
  });

  test('several, overlapping and side by side, leave nothing', () => {
    const mask = maskOf('abcdefghijklmnop', 'klmnopqrstuvw', 'short1', 'short12345');
    expect(mask.text('xabcdefghijklmnopqrstuvwx')).toBe('x***x');
    expect(mask.text('short1 short12345short1')).toBe('*** ***');
  });

  test('what is cut short goes too', () => {
    const mask = maskOf('hunter22-hunter22-hunter22');
    expect(mask.text('v1→hunter22-hunter22...')).toBe('v1→***...');
    expect(mask.text('v1→hunter22…')).toBe('v1→***…');
    expect(mask.text('the hunter22 of old')).toBe('the hunter22 of old');
  });

  test('of several lines each one counts', () => {
    const mask = maskOf('-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASC\n-----END KEY-----\n');
    expect(mask.text('error: line 2: MIIEvQIBADANBgkqhkiG9w0B')).toBe('error: line 2: ***');
  });

  test('less than six characters mask nothing, and neither does a name that everybody sees', () => {
    const mask = maskOf('12345', 'postgres');
    mask.allow(['postgres']);
    expect(mask.text('12345 postgres')).toBe('12345 postgres');
    expect(mask.text(base64('postgres'))).toBe('***='.replace('=', base64('postgres').slice(10)));
  });

  test('is found in whatever stands around it, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 6, maxLength: 40 }), { minLength: 1, maxLength: 20 }),
        fc.string(),
        fc.string(),
        fc.nat(),
        (secrets, before, after, pick) => {
          const secret = secrets[pick % secrets.length] ?? '';
          const mask = maskOf(...secrets);
          for (const form of [secret, base64(secret), JSON.stringify(secret), encodeURIComponent(secret)]) {
            const masked = mask.text(`${before}\u0001${form}\u0002${after}`);
            const inner = masked.slice(masked.indexOf('\u0001') + 1);
            if (secret.trim().length >= 6) expect(inner.split('\u0002')[0]).not.toContain(secret.trim());
          }
        },
      ),
    );
  });

  test('is found among ten thousand that begin alike', () => {
    const secrets = Array.from({ length: 10_000 }, (_, i) => `sk_live_${i}_${(i * 7919).toString(36)}`);
    const mask = maskOf(...secrets);
    expect(mask.text(`token ${secrets[42]} here, and ${secrets[9999]}`)).toBe('token *** here, and ***');
    expect(mask.text('the quick brown fox sk_live')).toBe('the quick brown fox sk_live');
  });

  test('the oldest go when there are too many, and only they', () => {
    const mask = createSecretMask();
    const secret = (number: number) => `s${number.toString(36).padStart(7, '0')}x`;
    mask.add(Array.from({ length: 20_000 }, (_, number) => secret(number)));
    expect(mask.text(secret(0))).toBe('***');
    // What is told of again is no longer the oldest.
    mask.add([secret(1)]);
    mask.add([secret(20_000)]);
    expect([0, 1, 9_000, 15_000, 20_000].map((number) => mask.text(secret(number)))).toEqual([
      secret(0),
      '***',
      secret(9_000),
      '***',
      '***',
    ]);
  });

  describe('spread over lines', () => {
    const sentence = 'the quick brown fox jumps over the lazy dog and finds 42 sleeping hounds behind it';
    const key = ['-----BEGIN KEY-----', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'a1b2c3', 'zq', '-----END KEY-----'].join(
      '\n',
    );
    const indented = (text: string) => text.replaceAll('\n', '\n        ');
    const wrapped = (text: string) => text.replace(/.{76}/g, '$&\n');
    test.each([
      ['folded by YAML', sentence, `a: ${sentence.replace(' over ', ' over\n  ')}\nb: c`],
      ['folded within quotes', `it's ${sentence}`, `a: 'it''s ${sentence.replace(' over ', ' over\n  ')}'\nb: c`],
      ['indented', key, `a: |-\n        ${indented(key)}\nb: c`],
      ['in base64 at a fixed width', sentence.repeat(3), `a: |\n${wrapped(base64(sentence.repeat(3)))}\nb: c`],
      ['in base64 of a longer text', sentence.repeat(3), `a: |\n${wrapped(base64(`x${sentence.repeat(3)}yz`))}\nb: c`],
    ])('%s it leaves nothing but its surroundings', (_what, secret, text) => {
      const masked = maskOf(secret).text(text);
      expect(masked).toMatch(/^a: /);
      expect(masked).toMatch(/\nb: c$/);
      const left = masked.replace(/^a: |\nb: c$/g, '').replaceAll('***', '');
      // Of base64 the characters at its ends hold neighbours' bits.
      expect(left).toMatch(/^['|\s-]*[A-Za-z]{0,2}['\s]*[A-Za-z0-9=]{0,4}$/);
    });

    test('words that merely stand on two lines stay', () => {
      expect(maskOf('nowthen', 'now then they').text('now\nthen')).toBe('now\nthen');
    });
  });

  test('however often it is escaped, it is found', () => {
    const texts = fc.stringMatching(/^[a-z]{3}[\\\\"'<>& \n\tü\u2028a-z0-9]{0,20}[a-z0-9]{8}$/);
    const escapes = fc.array(fc.constantFrom('json', 'go', 'single', 'indent', 'bytes'), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(texts, escapes, (secret, how) => {
        let text = secret;
        for (const one of how) {
          if (one === 'json') text = JSON.stringify(text);
          else if (one === 'go')
            text = JSON.stringify(text).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
          else if (one === 'bytes') text = text.replaceAll('ü', '\\xc3\\xbc');
          else if (one === 'single') text = `'${text.replaceAll("'", "''")}'`;
          else text = text.replace(/[ \n]/, '\n    ');
        }
        const masked = maskOf(secret).text(`[${text}]\n`);
        expect(masked).toMatch(/^\[[\\'"\n ]*\*\*\*[\\'"\n ]*\]\n$/);
      }),
    );
  });

  test.each([
    ['12345678', 'pin: 1.2345678e+07', 'pin: ***e+07'],
    ['12345678', 'maximum: got 1.2345678×10⁰⁷, want 5', 'maximum: got ***×10⁰⁷, want 5'],
    ['123456', 'maximum: got 123,456, want 5', 'maximum: got ***, want 5'],
    ['0xBC614E', 'pin: 12345678', 'pin: ***'],
    ['1_234_567', 'pin: 1234567, 1.234567e+06', 'pin: ***, ***e+06'],
    ['-7654321.5', 'pin: -7.6543215e+06', 'pin: -***e+06'],
  ])('the number %s in %j', (secret, text, masked) => {
    expect(maskOf(secret).text(text)).toBe(masked);
  });

  test('in the error of a values schema', () => {
    expect(maskOf(`it's "quoted" 1`).text(`- at '/a': 'it\\'s "quoted" 1' does not match pattern 'x'`)).toBe(
      `- at '/a': '***' does not match pattern 'x'`,
    );
  });
});

describe('events', () => {
  const fields = { op: 'o', app: 'shop', environment: 'prod', cluster: 'main', namespace: 'shop', release: 'shop' };

  test('whatever text of an event holds a secret, no line of the log does', () => {
    const around = fc.string({ maxLength: 10 });
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 30 }).filter((text) => text.trim() === text),
        around,
        around,
        (secret, before, after) => {
          const text = `${before} ${secret} ${after}`;
          const events: Event[] = [
            { event: 'release.failed', ...fields, reason: text, object: text, message: text, hint: text },
            { event: 'release.retrying', ...fields, attempt: 1, in: 5, message: JSON.stringify({ text }) },
            {
              event: 'secret.undecryptable',
              repository: 'fleet',
              file: text,
              message: text,
              code: 'secret.x',
              releases: text,
            },
          ];
          const mask = maskOf(secret);
          for (const event of events) {
            const line = { time: new Date(0), level: 'error', event: maskEvent(event, mask) } as const;
            // What the line says without the event is no leak: a secret may be a part of it.
            const clean = Object.fromEntries(
              Object.entries(event).map(([name, value]) => [
                name,
                typeof value === 'string' && value.includes(secret) ? '' : value,
              ]),
            );
            if (formatText({ ...line, event: clean as unknown as Event }).includes(secret)) continue;
            for (const value of Object.values(line.event)) expect(String(value)).not.toContain(secret);
          }
          expect(
            formatJson({
              time: new Date(0),
              level: 'info',
              event: maskEvent({ event: 'internal.error', message: text }, mask),
            }),
          ).not.toContain(JSON.stringify(secret).slice(1, -1));
        },
      ),
    );
  });

  test('names stay: by them everything else is found', () => {
    const event = { event: 'release.blocked', ...fields, app: 'postgres', reason: 'x', message: 'postgres' } as const;
    expect(maskEvent(event, maskOf('postgres'))).toEqual({ ...event, message: '***' });
  });

  test('an event without secrets is handed on as it is', () => {
    const event: Event = { event: 'watch.lost', cluster: 'main', resource: 'pods', message: 'gone' };
    expect(maskEvent(event, maskOf('hunter22'))).toBe(event);
  });
});

describe('Secrets', () => {
  test('what they hold is known, but for what names show anyway', () => {
    const metadata = { name: 'shop-postgres' };
    const objects = [
      { apiVersion: 'v1', kind: 'Secret', metadata, data: { password: base64('hunter22'), user: base64('postgres') } },
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: 'abcdef' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { colour: 'crimson' } },
    ];
    expect(secretData(objects)).toEqual(['hunter22', 'abcdef']);
  });

  test('what is no base64, or no text, is known as it stands there', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x80, 1, 2, 3, 0xc3, 0x28, 0x90, 0x91, 0x92]);
    const data = { plain: 'correct-horse', bytes: bytes.toString('base64'), wrapped: `${base64('wrapped line')}\n` };
    const mask = maskOf(...secretData([{ apiVersion: 'v1', kind: 'Secret', metadata: {}, data }]));
    expect(mask.text('value correct-horse')).toBe('value ***');
    expect(mask.text(`value ${bytes.toString('base64')}`)).toBe('value ***I=');
    expect(mask.text('value wrapped line')).toBe('value ***');
  });

  test('of a record those of hooks count too, and what is broken is passed over', () => {
    const secret = (name: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\nstringData: {a: of-${name}-1}\n`;
    const manifest = `---\nkind: Secret\nstringData: {a: nameless}\n---\n${secret('first')}---\n: : broken Secret\n`;
    expect(recordSecrets({ manifest, hooks: [{ manifest: secret('hook') }] })).toEqual(['of-first-1', 'of-hook-1']);
  });

  test('of a text of YAML each scalar is one; a text that is none is one itself', () => {
    expect(collectScalars('a: {b: hunter22}\nc: [1234567]\n')).toEqual(['hunter22', '1234567']);
    const key = '-----BEGIN KEY-----\nMIIE\n-----END KEY-----\n';
    expect(collectScalars(key)).toContain(key);
    // Other readers of YAML may see no error there.
    expect(collectScalars('a: hunter22\n\tb: x\n')).toContain('hunter22');
  });

  test.each([
    [
      'in a list',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: s}\n  data: {a: aHVudGVyMjI=}\n',
    ],
    ['in a typed list', 'apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: s}\n  data: {a: aHVudGVyMjI=}\n'],
    ['in flow style', '{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: aHVudGVyMjI=}}\n'],
    ['in JSON', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"aHVudGVyMjI="}}\n'],
    ['with a quoted key', 'apiVersion: v1\n"kind": "Secret"\nmetadata: {name: s}\ndata: {a: aHVudGVyMjI=}\n'],
  ])('%s they are masked too', (_where, document) => {
    const masked = maskManifest(`---\n# Source: c/templates/s.yaml\n${document}`);
    expect(masked).not.toContain('aHVudGVyMjI=');
    expect(masked).toContain('# Source: c/templates/s.yaml\n');
    expect(masked).toContain("a: '***'");
  });

  test('one that cannot be read is not shown', () => {
    expect(() => maskManifest('---\nkind: Secret\ndata: {a: aHVudGVyMjI=}\n')).toThrow('apiVersion not set');
    const other = '---\nkind: ConfigMap\ndata: {a: my Secret word}\n';
    expect(maskManifest(other)).toBe(other);
  });

  test('in a manifest their values are masked, all else is as it was', () => {
    const other = '---\n# Source: c/templates/a.yaml\nkind: ConfigMap\napiVersion: v1\nmetadata:   {name: a}\n';
    const secret =
      '---\n# Source: c/templates/s.yaml\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  a: eA==\nstringData: {b: c}\n';
    expect(maskManifest(`${other}${secret}${other}`)).toBe(
      `${other}---\n# Source: c/templates/s.yaml\napiVersion: v1\ndata:\n  a: '***'\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  b: '***'\n${other}`,
    );
  });
});
