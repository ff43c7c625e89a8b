/** `format` of Kubernetes' CEL: texts held to well-known forms. `validate` gives no value where a text has the form. */
import { type Environment, Optional } from '@marcbachmann/cel-js';

class Formats {}

class Format {
  readonly name: string;
  readonly fits: (text: string) => boolean;
  constructor(name: string, fits: Format['fits']) {
    this.name = name;
    this.fits = fits;
  }
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const like = (pattern: string, longest = Number.POSITIVE_INFINITY) => {
  const whole = new RegExp(`^(?:${pattern})$`);
  return (text: string) => text.length <= longest && whole.test(text);
};
/** Of what more is to come behind a hyphen. */
const prefix = (fits: (text: string) => boolean) => (text: string) =>
  fits(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
const dns1123Label = like(label, 63);
const dns1123Subdomain = like(`${label}(?:\\.${label})*`, 253);
const dns1035Label = like('[a-z](?:[-a-z0-9]*[a-z0-9])?', 63);
const plainName = like('(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]', 63);
const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** As a Kubernetes 1.36 API server judges them: none takes a text that is empty but labelValue. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  dns1123Label,
  dns1123Subdomain,
  dns1035Label,
  qualifiedName: (text) => {
    const [name = '', domain, ...more] = text.split('/').reverse();
    return more.length === 0 && plainName(name) && (domain === undefined || dns1123Subdomain(domain));
  },
  dns1123LabelPrefix: prefix(dns1123Label),
  dns1123SubdomainPrefix: prefix(dns1123Subdomain),
  dns1035LabelPrefix: prefix(dns1035Label),
  labelValue: (text) => text === '' || plainName(text),
  uri: like('(?:/|[A-Za-z][A-Za-z0-9+.-]*:)[^\\s\\[\\]]*(?:\\[[0-9A-Fa-f:.]+\\][^\\s\\[\\]]*)?'),
  uuid: like('[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}'),
  byte: (text) => text !== '' && like('(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?')(text),
  date: isDate,
  datetime: (text) => {
    const [, day = '', time = ''] =
      /^([^T]*)[Tt](\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2}))$/.exec(text) ?? [];
    return isDate(day) && !Number.isNaN(Date.parse(`${day}T${time.toUpperCase()}`));
  },
};

export function addFormats(environment: Environment): void {
  environment.registerType('CelFormats', { ctor: Formats, fields: {} });
  environment.registerType('CelFormat', { ctor: Format, fields: {} });
  environment.registerConstant('format', 'CelFormats', new Formats());
  const known = new Map(Object.entries(formats).map(([name, fits]) => [name, new Format(name, fits)]));
  for (const [name, one] of known) environment.registerFunction(`CelFormats.${name}(): CelFormat`, () => one);
  const optional = (value: unknown) => (value === undefined ? Optional.none() : Optional.of(value));
  environment.registerFunction('CelFormats.named(string): dyn', (_formats: Formats, name: string) =>
    optional(known.get(name)),
  );
  environment.registerFunction('CelFormat.validate(string): dyn', ({ name, fits }: Format, text: string) =>
    optional(fits(text) ? undefined : [`${JSON.stringify(text)} is no ${name}`]),
  );
}
