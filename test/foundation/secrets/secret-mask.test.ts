import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/foundation/events/event.ts';
import { maskEvent } from '../../../src/foundation/secrets/mask-event.ts';
import { maskManifest } from '../../../src/foundation/secrets/mask-manifest.ts';
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

  test('the oldest go when there are too many', () => {
    const mask = createSecretMask();
    mask.add(Array.from({ length: 20_001 }, (_, i) => `secret-number-${i}-x`));
    expect(mask.text('secret-number-20000-x')).toBe('***');
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

  test('in a manifest their values are masked, all else is as it was', () => {
    const other = '---\n# Source: c/templates/a.yaml\nkind: ConfigMap\napiVersion: v1\nmetadata:   {name: a}\n';
    const secret =
      '---\n# Source: c/templates/s.yaml\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  a: eA==\nstringData: {b: c}\n';
    expect(maskManifest(`${other}${secret}${other}`)).toBe(
      `${other}---\n# Source: c/templates/s.yaml\napiVersion: v1\ndata:\n  a: '***'\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  b: '***'\n${other}`,
    );
  });
});
