/** Takes an answer and returns what two clusters must agree in: no uid, no time, no resourceVersion, no address. */

const own = new Set([
  ...['uid', 'resourceVersion', 'time', 'continue', 'token', 'ca.crt', 'ca~crt', 'storageVersionHash'],
  ...['clusterIP', 'clusterIPs', 'nodePort', 'hostIP', 'hostIPs', 'podIP', 'podIPs', 'nodeName'],
]);
const timeKey = /(?:Time|Timestamp)$/;

/** Whatever differs by nature, even inside a message. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, 'UID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
  [/\b10\.(?:96|244|0)\.\d+\.\d+\b/g, 'IP'],
  [/\b127\.0\.0\.1:\d+/g, 'ADDRESS'],
  [/\bkube-api-access-\w{5}\b/g, 'TOKEN-VOLUME'],
  [/\bnode-[12]\b/g, 'NODE'],
  [/\b(pods "\w+)-[\w-]+(?=" is forbidden: Validating)/g, '$1-NAME'],
  // Go's internal types, and what lies around a difference in them.
  [/\n@@[\s\S]*$/, ''],
  [/Invalid value: "\{[\s\S]*\}": (?=json: cannot)/g, 'Invalid value: …: '],
  [/Invalid value: (?:[\w.]+)?\{[\s\S]*\}: (?=field is immutable)/g, 'Invalid value: …: '],
  [/Invalid value: \[\{"Name":[\s\S]*?\}\]: |Invalid value: \["v1"\]: (?=must have exactly)/g, 'Invalid value: …: '],
  [/Invalid value: (?:apiextensions\.ValidationRule)?\{[\s\S]*\}: (?=compilation failed)/g, 'Invalid value: …: '],
  [/(compilation failed: )[\s\S]*$/, '$1…'],
  [/\b(current: |version: )\d+/g, '$1N'],
  [/too old resource version: \S+ \(\d+\)/g, 'too old resource version: N'],
  [/(in record \(|resourceVersion\\*":\\*")\d+/g, '$1N'],
];

export interface Naming {
  readonly namespace: string;
  readonly fields: boolean;
}

export function normalise(value: unknown, naming: Naming): unknown {
  if (Array.isArray(value)) return value.map((one) => normalise(one, naming));
  if (typeof value === 'string') return plain(value, naming.namespace);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    if (key === 'managedFields') return naming.fields ? [[key, sortManagers(normalise(one, naming))]] : [];
    const last = key.slice(key.lastIndexOf('.') + 1);
    const differs = own.has(last) || (timeKey.test(last) && one !== null);
    if (key === 'causes') return [[key, distinct(normalise(one, naming))]];
    const hidden = differs && isScalar(one) && !isHeadless(one);
    return [[plain(key, naming.namespace), hidden ? 'OWN' : normalise(one, naming)]];
  });
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** No address, and so by no means a cluster's own. */
const isHeadless = (value: unknown): boolean => String(value) === 'None';
const isScalar = (value: unknown): boolean => typeof value !== 'object' || Array.isArray(value);

function plain(text: string, namespace: string): string {
  const parts = /^([\s\S]*? is invalid: )\[(?!…)[\s\S]*\]$/.exec(text);
  // Several errors are told in no fixed order; each is among the causes.
  if (parts !== null) return plain(`${parts[1]}[…]`, namespace);
  let result = text.replaceAll(namespace, '{ns}');
  for (const [pattern, word] of patterns) result = result.replace(pattern, word);
  return result;
}

/** A real server says some things twice, and in no fixed order. */
function distinct(causes: unknown): unknown {
  if (!Array.isArray(causes)) return causes;
  return [...new Set(causes.map((one) => JSON.stringify(one)))].sort().map((one) => JSON.parse(one) as unknown);
}

function sortManagers(fields: unknown): unknown {
  if (!Array.isArray(fields)) return fields;
  const key = (one: unknown): string => JSON.stringify(one);
  return [...fields].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

/** `spec.template.spec.containers.0.image`; `items.*.metadata.name` gathers. */
export function at(value: unknown, path: string): unknown {
  const [head = '', ...rest] = path.split('.');
  if (path === '') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (head === '*') return Object.values(value).map((one) => at(one, rest.join('.')));
  const key = head.replaceAll('~', '.');
  return at((value as Record<string, unknown>)[key], rest.join('.'));
}
