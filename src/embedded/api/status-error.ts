/** What the API server answers instead of an object: Kubernetes' Status, worded as upstream words it. */
import type { JsonObject } from '../../foundation/manifest/object.ts';

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A group and a plural name or kind, as the details of a Status name what the trouble is with. */
export interface Subject {
  readonly group: string;
  readonly name: string;
}

export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

export function statusBody(error: StatusError): JsonObject {
  const body: JsonObject = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
  };
  if (error.reason !== '') body.reason = error.reason;
  if (error.details !== undefined) body.details = { ...error.details } as JsonObject;
  body.code = error.code;
  return body;
}

const qualified = ({ group, name }: Subject): string => (group === '' ? name : `${name}.${group}`);

function detailsOf(subject: Subject, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    ...(subject.name === '' ? {} : { kind: subject.name }),
  };
}

export function notFound(subject: Subject, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${qualified(subject)} ${JSON.stringify(name)} not found`,
    detailsOf(subject, name),
  );
}

export function noSuchPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function notAcceptable(): StatusError {
  const forms = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
  return new StatusError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${forms}`, {});
}

export function alreadyExists(subject: Subject, name: string): StatusError {
  const message = `${qualified(subject)} ${JSON.stringify(name)} already exists`;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(subject, name));
}

export function conflict(subject: Subject, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(subject)} ${JSON.stringify(name)}: ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(subject, name));
}

export const modifiedMeanwhile =
  'the object has been modified; please apply your changes to the latest version and try again';

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function forbidden(subject: Subject, name: string, why: string): StatusError {
  const message = `${qualified(subject)} ${JSON.stringify(name)} is forbidden: ${why}`;
  return new StatusError(403, 'Forbidden', message, detailsOf(subject, name));
}

export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** The server's answer to a JSON patch that cannot be applied; upstream says no more than this to clients. */
export function invalidPatch(message: string): StatusError {
  return new StatusError(422, 'Invalid', message, {});
}

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTypeInvalid'
  | 'FieldValueTooMany';

export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** With its leading words: `Invalid value: "x": …`. */
  readonly message: string;
}

/** 422 with one cause per error; several are joined as `[a, b]`. */
export function invalid(subject: Subject, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const joined = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new StatusError(422, 'Invalid', `${qualified(subject)} ${JSON.stringify(name)} is invalid: ${joined}`, {
    ...detailsOf(subject, name),
    causes: errors.map((error) => ({ reason: error.type, message: error.message, field: error.field })),
  });
}
