/** Expressions and what Helm 4.2.4 makes of them: found by asking it, over the values of evaluate.ts. */
export const ANSWERS: readonly (readonly [string, string])[] = [
  ['list 1 "a" nil | toJson', '[1,"a",null]'],
  ['list | toJson', '[]'],
  ['dict "a" 1 "b" | toJson', '{"a":1,"b":""}'],
  ['dict | toJson', '{}'],
  [
    'toYaml .Values',
    'big: 12345678901\ne: ""\nel: []\nem: {}\nf: 2.5\nfl: false\ni: 3\nl:\n- 3\n- 1\n- 2\nlm:\n- name: x\n- name: "y"\nm:\n  a: 1\n  b:\n    c: x\n    d: null\n  z:\n  - 1\nml:\n- 1\n- a\n- null\n- true\n- 2.5\n- []\n- {}\n"n": null\nneg: -7\nnested:\n  x:\n    "y":\n      z: deep\nnum: "42"\noct: "0777"\ns: hello world\nsl:\n- b\n- a\n- c\n- a\nt: true\nu: héllo wörld ñ\nuni: 日本語 text\nzero: 0',
  ],
  [
    'toJson .Values',
    '{"big":12345678901,"e":"","el":[],"em":{},"f":2.5,"fl":false,"i":3,"l":[3,1,2],"lm":[{"name":"x"},{"name":"y"}],"m":{"a":1,"b":{"c":"x","d":null},"z":[1]},"ml":[1,"a",null,true,2.5,[],{}],"n":null,"neg":-7,"nested":{"x":{"y":{"z":"deep"}}},"num":"42","oct":"0777","s":"hello world","sl":["b","a","c","a"],"t":true,"u":"héllo wörld ñ","uni":"日本語 text","zero":0}',
  ],
  [
    'toPrettyJson .Values',
    '{\n  "big": 12345678901,\n  "e": "",\n  "el": [],\n  "em": {},\n  "f": 2.5,\n  "fl": false,\n  "i": 3,\n  "l": [\n    3,\n    1,\n    2\n  ],\n  "lm": [\n    {\n      "name": "x"\n    },\n    {\n      "name": "y"\n    }\n  ],\n  "m": {\n    "a": 1,\n    "b": {\n      "c": "x",\n      "d": null\n    },\n    "z": [\n      1\n    ]\n  },\n  "ml": [\n    1,\n    "a",\n    null,\n    true,\n    2.5,\n    [],\n    {}\n  ],\n  "n": null,\n  "neg": -7,\n  "nested": {\n    "x": {\n      "y": {\n        "z": "deep"\n      }\n    }\n  },\n  "num": "42",\n  "oct": "0777",\n  "s": "hello world",\n  "sl": [\n    "b",\n    "a",\n    "c",\n    "a"\n  ],\n  "t": true,\n  "u": "héllo wörld ñ",\n  "uni": "日本語 text",\n  "zero": 0\n}',
  ],
  ['toRawJson (dict "a" "<&>")', '{"a":"<&>"}'],
  ['toJson (dict "a" "<&>")', '{"a":"\\u003c\\u0026\\u003e"}'],
  ['mustToRawJson "<"', '"<"'],
  ['mustToPrettyJson (dict "a" (list 1))', '{\n  "a": [\n    1\n  ]\n}'],
  ['mustToJson "<"', '"\\u003c"'],
  ['toPrettyJson "<"', '"\\u003c"'],
  ['mustToToml 1', '1'],
  ['fromYaml "a: 1\\nb: [1,x]" | toJson', '{"a":1,"b":[1,"x"]}'],
  [
    'fromYaml "- 1" | toJson',
    '{"Error":"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"}',
  ],
  ['fromYaml "" | toJson', '{}'],
  [
    'fromYaml "a: b: c" | toJson',
    '{"Error":"error converting YAML to JSON: yaml: mapping values are not allowed in this context"}',
  ],
  ['fromYamlArray "- 1\\n- a" | toJson', '[1,"a"]'],
  [
    'fromYamlArray "a: 1" | toJson',
    '["error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type []interface {}"]',
  ],
  ['fromYaml "null" | toJson', '{}'],
  ['fromYamlArray "" | toJson', '[]'],
  ['fromJson "{\\"a\\":1}" | toJson', '{"a":1}'],
  ['fromJson "[1]" | toJson', '{"Error":"json: cannot unmarshal array into Go value of type map[string]interface {}"}'],
  ['fromJson "" | toJson', '{"Error":"unexpected end of JSON input"}'],
  ['fromJson "{" | toJson', '{"Error":"unexpected end of JSON input"}'],
  ['fromJsonArray "[1,\\"a\\"]" | toJson', '[1,"a"]'],
  ['fromJsonArray "{}" | toJson', '["json: cannot unmarshal object into Go value of type []interface {}"]'],
  ['mustFromJson "[1]" | toJson', '[1]'],
  ['mustFromJson "\\"x\\""', 'x'],
  [
    'toYaml (dict "t" (toDate "2006" "2020") "r" (rest (list)) "b" (until 2) "v" (semver "1.2") "s" (splitList "," "a,b") "x" (split "," "a"))',
    'b:\n- 0\n- 1\nr: null\ns:\n- a\n- b\nt: "2020-01-01T00:00:00Z"\nv: 1.2.0\nx:\n  _0: a',
  ],
  [
    'toYamlPretty (dict "t" "x" "l" (list 1 (dict "a" 1)) "f" 1234567.0 "n" nil)',
    'f: 1.234567e+06\nl:\n  - 1\n  - a: 1\n"n": null\nt: x',
  ],
  ['mustToYaml (dict "a" 1)', 'a: 1'],
];

/** Expressions and the errors that they end in. */
export const ERRORS: readonly (readonly [string, string])[] = [
  ['mustFromJson "{"', 'unexpected end of JSON input'],
  ['mustFromJson ""', 'unexpected end of JSON input'],
];
