import { describe, expect, test } from 'vitest';
import { findProxy } from '../../../src/foundation/http/find-proxy.ts';

const proxy = 'http://proxy.example:3128/';

describe('findProxy', () => {
  test.each([
    ['https://a.example/', { HTTPS_PROXY: proxy }, proxy],
    ['https://a.example/', { https_proxy: 'proxy.example:3128' }, proxy],
    ['https://a.example/', { HTTPS_PROXY: proxy, https_proxy: 'http://other/' }, proxy],
    ['https://a.example/', { HTTP_PROXY: proxy }, undefined],
    ['http://a.example/', { HTTP_PROXY: proxy }, proxy],
    ['https://a.example/', { HTTPS_PROXY: '' }, undefined],
    ['https://localhost/', { HTTPS_PROXY: proxy }, undefined],
    ['https://127.9.9.9/', { HTTPS_PROXY: proxy }, undefined],
    ['https://[::1]/', { HTTPS_PROXY: proxy }, undefined],
    ['https://127.evil.example/', { HTTPS_PROXY: proxy }, proxy],
  ])('%s with %o', (url, environment, expected) => {
    expect(findProxy(new URL(url), environment)?.href).toBe(expected);
  });

  // What golang.org/x/net/http/httpproxy says of the same.
  test.each([
    ['*', 'https://a.example/', false],
    ['a.example', 'https://a.example/', false],
    ['A.Example', 'https://a.example/', false],
    ['a.example', 'https://b.a.example/', false],
    ['a.example', 'https://ba.example/', true],
    ['.a.example', 'https://a.example/', true],
    ['.a.example', 'https://b.a.example/', false],
    ['*.a.example', 'https://b.a.example/', false],
    ['a.example:443', 'https://a.example/', false],
    ['a.example:8443', 'https://a.example/', true],
    ['10.1.2.3', 'https://10.1.2.3/', false],
    ['10.0.0.0/8', 'https://10.1.2.3/', false],
    ['10.0.0.0/8', 'https://11.1.2.3/', true],
    ['10.0.0.0/99', 'https://10.1.2.3/', true],
    ['[2001:db8::1]:443', 'https://[2001:db8::1]/', false],
    ['2001:db8::/32', 'https://[2001:db8::7]/', false],
    [' x , a.example ,', 'https://a.example/', false],
    [',, /,:,[', 'https://a.example/', true],
  ])('NO_PROXY=%s sends %s through the proxy: %s', (exempt, url, through) => {
    expect(findProxy(new URL(url), { HTTPS_PROXY: proxy, NO_PROXY: exempt }) !== undefined).toBe(through);
  });
});
