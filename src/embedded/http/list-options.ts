/** Checks what the query of a list or watch asks for beside its selectors, as Kubernetes words its objections. */
import { type FieldError, invalid, StatusError } from '../api/status-error.ts';
import { forbiddenField, notSupported } from '../validation/field-error.ts';

export interface ListOptions {
  readonly watch: boolean;
  readonly initialEvents: boolean;
  readonly match: string;
  readonly resourceVersion: string;
}

export function listOptions(query: URLSearchParams, watch: boolean): ListOptions {
  const initial = query.get('sendInitialEvents');
  const options: ListOptions = {
    watch,
    initialEvents: initial === 'true' || initial === '1',
    match: query.get('resourceVersionMatch') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
  };
  const errors = watch ? watchErrors(options, initial !== null) : listErrors(options, initial !== null);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', name: 'ListOptions' }, '', errors);
  return options;
}

const field = 'resourceVersionMatch';

function watchErrors({ match, initialEvents }: ListOptions, given: boolean): FieldError[] {
  if (match !== '' && !given)
    return [forbiddenField(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')];
  if (!given || match === 'NotOlderThan') return [];
  const needed = forbiddenField(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  if (!initialEvents && match === '') return [needed];
  return match === '' ? [needed] : [needed, notSupported(field, match, ['NotOlderThan'])];
}

function listErrors({ match, resourceVersion }: ListOptions, given: boolean): FieldError[] {
  if (given) return [forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')];
  if (match === '') return [];
  if (resourceVersion === '')
    return [forbiddenField(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided')];
  if (match !== 'Exact' && match !== 'NotOlderThan') return [notSupported(field, match, ['Exact', 'NotOlderThan', ''])];
  return match === 'Exact' && resourceVersion === '0'
    ? [forbiddenField(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]
    : [];
}

/** As Go's ParseUint says it. */
export function parseRevision(text: string, told: (why: string) => StatusError): number {
  if (!/^\d+$/.test(text)) throw told(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

export function badRevision(text: string, why: string): StatusError {
  return new StatusError(500, '', `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`);
}
