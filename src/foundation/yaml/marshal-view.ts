/** What Go's marshalers see of a struct: its own MarshalJSON or MarshalText where it has one, else its fields. */
import { GoError, type GoObject, type GoValue } from '../template/value.ts';

/** An engine value whose `inner` has this method marshals as what it returns. */
interface Marshals {
  marshalJson(): GoValue;
  /** By its yaml tags, where the struct has some: for toYamlPretty alone. */
  yamlFields?(): ReadonlyMap<string, GoValue>;
}

/** The object itself: to be written field by field. */
export function marshalView(object: GoObject): GoValue {
  const { inner } = object;
  if (object.type.name === 'complex128') throw new GoError('json: unsupported type: complex128');
  if (hasMarshalJson(inner)) return inner.marshalJson();
  if (inner instanceof Date) return formatTime(inner);
  if (object.type.name === '*semver.Version' && object.format !== undefined) return object.format();
  return object;
}

/** What go-yaml v3 sees of a struct: it asks for no json tags, and lower-cases the names of fields without a tag. */
export function yamlFields({ inner, fields }: GoObject): ReadonlyMap<string, GoValue> {
  const tagged = hasMarshalJson(inner) ? inner.yamlFields?.() : undefined;
  return tagged ?? new Map([...fields].map(([name, field]) => [name.toLowerCase(), field]));
}

function hasMarshalJson(inner: unknown): inner is Marshals {
  return (
    typeof inner === 'object' && inner !== null && 'marshalJson' in inner && typeof inner.marshalJson === 'function'
  );
}

/** time.RFC3339Nano in UTC: no trailing zeros in the fraction. */
function formatTime(time: Date): string {
  return time.toISOString().replace(/\.?0+Z$/, 'Z');
}
