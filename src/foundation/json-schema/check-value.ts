/** Keywords that look at the value as a whole: type, const, enum, and format where the draft asserts it. */
import type { GoValue } from '../template/value.ts';
import { asNumber, sameValue } from '../values/same-value.ts';
import type { Check } from './check.ts';
import { checkFormat } from './check-format.ts';
import { displayValue, type SchemaProblem } from './schema-error.ts';

/** Keywords of which the first to fail ends the check. */
export function firstProblem(check: Check): SchemaProblem | undefined {
  const { schema, value, at, resource } = check;
  const fail = (message: string): SchemaProblem => ({ at, message, causes: [] });
  const ignoresSiblings = resource.draft < 2019 && schema.has('$ref');
  if (ignoresSiblings) return undefined;
  const types = typesOf(schema.get('type'));
  const type = typeOf(value);
  const isInteger = type === 'number' && Number.isInteger(asNumber(value));
  if (types.length > 0 && !types.includes(type) && !(isInteger && types.includes('integer'))) {
    return fail(`got ${type}, want ${types.join(' or ')}`);
  }
  const constant = schema.get('const');
  if (constant !== undefined && resource.draft >= 6 && !sameValue(value, constant)) {
    return fail(isPrimitive(constant) ? `value must be ${displayValue(constant)}` : "'const' failed");
  }
  const allowed = schema.get('enum');
  if (Array.isArray(allowed) && !allowed.some((item) => sameValue(value, item))) return fail(enumMessage(allowed));
  const format = schema.get('format');
  const asserted = resource.draft < 2019 || check.document.assertsFormat;
  const wrong = asserted && typeof format === 'string' ? checkFormat(format, value) : undefined;
  return wrong === undefined ? undefined : fail(`${displayValue(value)} is not valid ${format as string}: ${wrong}`);
}

const TYPE_ORDER = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

function typesOf(type: GoValue | undefined): string[] {
  const given: readonly GoValue[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  return TYPE_ORDER.filter((name) => given.includes(name));
}

function typeOf(value: GoValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value;
  if (asNumber(value) !== undefined) return 'number';
  return Array.isArray(value) ? 'array' : 'object';
}

const isPrimitive = (value: GoValue): boolean => !Array.isArray(value) && !(value instanceof Map);

function enumMessage(allowed: readonly GoValue[]): string {
  if (!allowed.every(isPrimitive)) return "'enum' failed";
  const shown = allowed.map(displayValue);
  return shown.length === 1 ? `value must be ${shown[0]}` : `value must be one of ${shown.join(', ')}`;
}
