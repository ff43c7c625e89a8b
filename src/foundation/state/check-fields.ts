/** Checks of what was read as JSON, made of small ones: what has another type than it should is not there. */
export type Fields = Readonly<Record<string, unknown>>;
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';
export const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
export const isTime: Check = (value) => typeof value === 'string' && Number.isFinite(Date.parse(value));
export const isBoolean: Check = (value) => typeof value === 'boolean';
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
export const oneOf =
  (...texts: string[]): Check =>
  (value) =>
    texts.includes(value as string);
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
export const mapOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
export const shape =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(checks).every(([name, check]) => check(own(value, name)));

/** The known fields that fit, and every unknown one. */
export function checkFields(fields: Fields, checks: Readonly<Record<string, Check>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => !Object.hasOwn(checks, name) || checks[name]?.(value)),
  );
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
