/** Expressions and what Helm 4.2.4 makes of them: found by asking it, over the values of evaluate.ts. */
export const ANSWERS: readonly (readonly [string, string])[] = [
  [
    'urlParse "proto://auth@host:80/path?query#fragment" | toJson',
    '{"fragment":"fragment","host":"host:80","hostname":"host","opaque":"","path":"/path","query":"query","scheme":"proto","userinfo":"auth"}',
  ],
  [
    'urlParse "https://user:p%40ss@example.com/a%20b/c?x=1&y=2#fr%20ag" | toJson',
    '{"fragment":"fr ag","host":"example.com","hostname":"example.com","opaque":"","path":"/a b/c","query":"x=1\\u0026y=2","scheme":"https","userinfo":"user:p%40ss"}',
  ],
  [
    'urlParse "mailto:a@b.c" | toJson',
    '{"fragment":"","host":"","hostname":"","opaque":"a@b.c","path":"","query":"","scheme":"mailto","userinfo":""}',
  ],
  [
    'urlParse "/rel/path" | toJson',
    '{"fragment":"","host":"","hostname":"","opaque":"","path":"/rel/path","query":"","scheme":"","userinfo":""}',
  ],
  [
    'urlParse "" | toJson',
    '{"fragment":"","host":"","hostname":"","opaque":"","path":"","query":"","scheme":"","userinfo":""}',
  ],
  [
    'urlParse "//host/p" | toJson',
    '{"fragment":"","host":"host","hostname":"host","opaque":"","path":"/p","query":"","scheme":"","userinfo":""}',
  ],
  [
    'urlParse "http://[::1]:80/" | toJson',
    '{"fragment":"","host":"[::1]:80","hostname":"::1","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
  ],
  [
    'urlParse "*" | toJson',
    '{"fragment":"","host":"","hostname":"","opaque":"","path":"*","query":"","scheme":"","userinfo":""}',
  ],
  [
    'urlParse "a/b:c" | toJson',
    '{"fragment":"","host":"","hostname":"","opaque":"","path":"a/b:c","query":"","scheme":"","userinfo":""}',
  ],
  [
    'urlParse "HTTP://Ex.COM?" | toJson',
    '{"fragment":"","host":"Ex.COM","hostname":"Ex.COM","opaque":"","path":"","query":"","scheme":"http","userinfo":""}',
  ],
  [
    'urlParse "http://[fe80::1%25en0]/" | toJson',
    '{"fragment":"","host":"[fe80::1%en0]","hostname":"fe80::1%en0","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
  ],
  [
    'urlParse "file:///etc/passwd" | toJson',
    '{"fragment":"","host":"","hostname":"","opaque":"","path":"/etc/passwd","query":"","scheme":"file","userinfo":""}',
  ],
  [
    'urlParse "a:b:c" | toJson',
    '{"fragment":"","host":"","hostname":"","opaque":"b:c","path":"","query":"","scheme":"a","userinfo":""}',
  ],
  [
    'urlJoin (dict "scheme" "http" "host" "h:80" "path" "/p q" "query" "a=b" "fragment" "f g" "userinfo" "u:p")',
    'http://u:p@h:80/p%20q?a=b#f%20g',
  ],
  ['urlJoin (dict "scheme" "mailto" "opaque" "a@b")', 'mailto:a@b'],
  ['urlJoin (dict "path" "a:b")', './a:b'],
  ['urlJoin (dict "host" "h" "path" "p")', '//h/p'],
  ['urlJoin (dict)', ''],
  ['urlJoin (dict "scheme" "http")', 'http:'],
  ['urlJoin (dict "path" "/é?#%")', '/%C3%A9%3F%23%25'],
  ['urlJoin (urlParse "https://u@h:1/p?q#f")', 'https://u@h:1/p?q#f'],
  ['urlJoin (dict "scheme" "file" "path" "/x")', 'file:///x'],
  ['urlJoin (dict "path" "*")', '*'],
  ['urlJoin (dict "host" "[::1]:80" "path" "x")', '//[::1]:80/x'],
  ['getHostByName "localhost" | quote', '""'],
];

/** Expressions and the errors that they end in. */
export const ERRORS: readonly (readonly [string, string])[] = [
  [
    'urlParse "http://h/%zz?%zz" | default "x"',
    'unable to parse url: parse "http://h/%zz?%zz": invalid URL escape "%zz"',
  ],
  ['urlParse "http://a b/"', 'unable to parse url: parse "http://a b/": invalid character " " in host name'],
  ['urlParse ":foo"', 'unable to parse url: parse ":foo": missing protocol scheme'],
  ['urlParse "1a:b"', 'unable to parse url: parse "1a:b": first path segment in URL cannot contain colon'],
  ['urlParse "http://h:port/"', 'unable to parse url: parse "http://h:port/": invalid port ":port" after host'],
  ['urlParse "http://[::1"', 'unable to parse url: parse "http://[::1": missing \']\' in host'],
  [
    'urlParse "http://a\\x01b/"',
    'unable to parse url: parse "http://a\\x01b/": net/url: invalid control character in URL',
  ],
  ['urlParse "http://us er@h/"', 'unable to parse url: parse "http://us er@h/": net/url: invalid userinfo'],
  ['urlParse "http://h/%zz"', 'unable to parse url: parse "http://h/%zz": invalid URL escape "%zz"'],
  ['urlParse "http://h/a#%zz"', 'unable to parse url: parse "http://h/a#%zz": invalid URL escape "%zz"'],
  ['urlParse "http://%41/"', 'unable to parse url: parse "http://%41/": invalid URL escape "%41"'],
  ['urlParse "http://a[b]/"', 'unable to parse url: parse "http://a[b]/": invalid IP-literal'],
  ['urlJoin (dict "scheme" 1)', 'unable to parse scheme key, must be of type string, but int found'],
  ['urlJoin (dict "scheme" nil)', 'runtime error: invalid memory address or nil pointer dereference'],
  [
    'urlJoin (dict "userinfo" "a b")',
    'unable to parse userinfo in dict: parse "proto://a b@host": net/url: invalid userinfo',
  ],
];
