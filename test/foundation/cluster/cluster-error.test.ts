import { describe, expect, test } from 'vitest';
import {
  apiStatusOf,
  isClusterError,
  networkError,
  parseApiStatus,
  statusError,
} from '../../../src/foundation/cluster/cluster-error.ts';

const status = (code: number, reason: string, message: string, details?: unknown) =>
  parseApiStatus(code, JSON.stringify({ kind: 'Status', reason, message, details }), undefined);

describe('an answer of the API server', () => {
  test.each([
    [404, 'NotFound', 'configmaps "a" not found', 'cluster.not-found', 'transient'],
    [409, 'Conflict', 'the object has been modified', 'cluster.conflict', 'transient'],
    [409, 'AlreadyExists', 'exists', 'cluster.already-exists', 'user'],
    [422, 'Invalid', 'spec.x: Required value', 'cluster.invalid', 'user'],
    [401, 'Unauthorized', 'Unauthorized', 'cluster.unauthorized', 'transient'],
    [
      403,
      'Forbidden',
      'pods is forbidden: User "a" cannot list resource "pods" in API group ""',
      'cluster.forbidden',
      'transient',
    ],
    [
      403,
      'Forbidden',
      'pods "a" is forbidden: exceeded quota: q, requested: pods=1',
      'cluster.quota-exceeded',
      'transient',
    ],
    [403, 'Forbidden', 'pods "a" is forbidden: violates PodSecurity "restricted:latest"', 'cluster.denied', 'user'],
    [
      403,
      'Forbidden',
      'roles "a" is forbidden: user "b" is attempting to grant RBAC permissions not currently held',
      'cluster.forbidden',
      'transient',
    ],
    [403, 'Forbidden', 'admission webhook "w.example" denied the request: no', 'cluster.denied', 'user'],
    [400, 'BadRequest', 'admission webhook "w.example" denied the request: no', 'cluster.denied', 'user'],
    [
      500,
      '',
      'failed to create typed patch object (d/x; v1, Kind=ConfigMap): .x: field not declared in schema',
      'cluster.invalid',
      'user',
    ],
    [500, 'InternalError', 'failed calling webhook "w"', 'cluster.server-error', 'transient'],
    [410, 'Expired', 'too old resource version', 'cluster.expired', 'transient'],
    [429, 'TooManyRequests', 'wait', 'cluster.too-many-requests', 'transient'],
    [503, 'ServiceUnavailable', 'wait', 'cluster.unavailable', 'transient'],
    [413, '', 'too large', 'cluster.too-large', 'user'],
  ])('%i %s "%s" is %s, fault %s', (code, reason, message, expected, fault) => {
    expect(statusError(status(code, reason, message), 'get Thing/a')).toMatchObject({ code: expected, fault });
  });

  test('names the call, and keeps the Status as its cause', () => {
    const error = statusError(status(404, 'NotFound', 'gone', { name: 'a' }), 'get ConfigMap/a');
    expect(error.message).toBe('get ConfigMap/a: gone');
    expect(apiStatusOf(error)).toMatchObject({ code: 404, reason: 'NotFound', details: { name: 'a' } });
    expect(isClusterError(error, 'cluster.not-found')).toBe(true);
  });

  test('a namespace that is being deleted is known by its cause', () => {
    const details = { causes: [{ reason: 'NamespaceTerminating' }] };
    expect(statusError(status(403, 'Forbidden', 'x is forbidden: being terminated', details), 'create A/b').code).toBe(
      'cluster.terminating',
    );
  });

  test('an immutable field gets the advice what to do', () => {
    expect(statusError(status(422, 'Invalid', 'spec.selector: field is immutable'), 'apply A/b').hint).toContain(
      'delete',
    );
  });

  test('a page of a proxy becomes a short message', () => {
    const error = statusError(parseApiStatus(502, `<html>\n${'x'.repeat(5000)}`, undefined), 'get A/b');
    expect(error.code).toBe('cluster.server-error');
    expect(error.message.length).toBeLessThan(300);
  });

  test.each([
    'Secret "x" is invalid: data[a]: Invalid value: "hunter2": too short',
    'failed to create typed patch object (d/x; /v1, Kind=Secret): .stringData.a: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"b":"hunter2"}}',
    'Secret "x" is invalid: type: Invalid value: {"a": ["hunter2"]}: field is immutable',
  ])('of a Secret quotes no value: %s', (message) => {
    const error = statusError(status(422, 'Invalid', message, { causes: [{ message }] }), 'apply Secret/x');
    expect(`${error.message} ${JSON.stringify(error.cause)}`).not.toContain('hunter2');
  });
});

describe('a failure of the network', () => {
  test.each([
    [{ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }, 'cluster.unreachable'],
    [{ code: 'UND_ERR_HEADERS_TIMEOUT', message: 'x' }, 'cluster.timeout'],
    [{ code: 'SELF_SIGNED_CERT_IN_CHAIN', message: 'self-signed' }, 'cluster.certificate'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID', message: 'x' }, 'cluster.certificate'],
    [{ message: '', errors: [{ code: 'ECONNREFUSED', message: 'connect ::1' }] }, 'cluster.unreachable'],
  ])('%j is %s', (thrown, code) => {
    const error = networkError(thrown, 'get A/b', { server: 'https://h' });
    expect(error).toMatchObject({ code, fault: 'transient' });
    expect(error.message).not.toMatch(/: $/);
  });
});
