import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ERRORS } from './certificates.table.ts';
import { countingSources, evaluate, evaluationError } from './evaluate.ts';

const certificates = (pem: string): X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n/g) ?? []).map(
    (one) => new X509Certificate(one),
  );

describe('certificates', () => {
  test.each(ERRORS)('%s ends in the error that Helm shows', (expression, expected) => {
    expect(evaluationError(expression)).toBe(expected);
  });

  test('genSignedCert is signed by its CA and holds its names', () => {
    const [ca, leaf] = certificates(
      evaluate(
        '{{ $ca := genCA "my-ca" 365 }}{{ $ca.Cert }}{{ (genSignedCert "leaf" (list "10.0.0.1" "::1") (list "a.b" "*.c") 30 $ca).Cert }}',
      ),
    );
    expect(ca!.ca).toBe(true);
    expect(leaf!.ca).toBe(false);
    expect(leaf!.verify(ca!.publicKey)).toBe(true);
    expect(leaf!.checkIssued(ca!)).toBe(true);
    expect(leaf!.subject).toBe('CN=leaf');
    expect(leaf!.issuer).toBe('CN=my-ca');
    expect(leaf!.subjectAltName).toBe('DNS:a.b, DNS:*.c, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(leaf!.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(leaf!.validFrom).toBe('Nov 20 12:00:05 2026 GMT');
    expect(leaf!.validTo).toBe('Dec 20 12:00:05 2026 GMT');
  });

  test('the key belongs to the certificate', () => {
    const pem = evaluate('{{ $c := genSelfSignedCert "x" nil nil 1 }}{{ $c.Cert }}{{ $c.Key }}');
    const key = createPrivateKey(pem.slice(pem.indexOf('-----BEGIN RSA PRIVATE KEY-----')));
    expect(certificates(pem)[0]!.checkPrivateKey(key)).toBe(true);
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  test.each([
    ['ecdsa', 'EC PRIVATE KEY', 'ec'],
    ['ed25519', 'PRIVATE KEY', 'ed25519'],
  ])('a CA with a key of %s keeps that key', (type, label, kind) => {
    const pem = evaluate(
      `{{ $k := genPrivateKey "${type}" }}{{ $ca := genCAWithKey "ca" 1 $k }}{{ eq $k $ca.Key }}{{ $ca.Cert }}{{ $k }}`,
    );
    expect(pem).toMatch(/^true/);
    expect(pem).toContain(`-----BEGIN ${label}-----`);
    const [ca] = certificates(pem);
    expect(ca!.publicKey.asymmetricKeyType).toBe(kind);
    expect(ca!.verify(ca!.publicKey)).toBe(true);
  });

  test('buildCustomCert hands back what it could read', () => {
    const template =
      '{{ $ca := genCAWithKey "ca" 1 (genPrivateKey "ecdsa") }}{{ $c := buildCustomCert (b64enc $ca.Cert) (b64enc $ca.Key) }}{{ eq $c.Cert $ca.Cert }}{{ eq $c.Key $ca.Key }}{{ typeOf $c }}';
    expect(evaluate(template)).toBe('truetruesprig.certificate');
  });

  test('a CA whose key is not its own signs nothing', () => {
    const template =
      '{{ $a := genCAWithKey "a" 1 (genPrivateKey "ecdsa") }}{{ $b := buildCustomCert (b64enc $a.Cert) (b64enc (genPrivateKey "ecdsa")) }}{{ genSignedCert "x" nil nil 1 $b }}';
    expect(evaluationError(template)).toBe(
      "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
    );
  });

  test('the sources hear of every generation', () => {
    const names: string[] = [];
    const sources = countingSources({ onRandom: (name) => names.push(name) });
    evaluate('{{ (genCAWithKey "a" 1 (genPrivateKey "ecdsa")).Cert }}', { sources });
    expect(names).toEqual(['genPrivateKey', 'genCAWithKey']);
  });
});
