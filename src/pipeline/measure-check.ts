/**
 * Takes a release and one of its health checks, returns what is measured now: asked with what a Secret of the release's
 * namespace holds, on behalf of whom the release is deployed. It decides nothing.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import { internalError } from '../foundation/events/internal-error.ts';
import type { HttpClient } from '../foundation/http/http-client.ts';
import { accountOf, actFor } from './act-for.ts';
import { type CheckResult, evaluateCheck } from './checks/evaluate-check.ts';
import type { PreparedRelease, ReleaseContext } from './context.ts';
import type { CheckToken, HealthCheck } from './definitions/rollback-settings.ts';
import { valueObject } from './values/read-value-object.ts';

export interface CheckMeasuring {
  readonly context: ReleaseContext;
  readonly http: Pick<HttpClient, 'request'>;
  readonly signal: AbortSignal;
}

export async function measureCheck(
  { context, http, signal }: CheckMeasuring,
  { definition }: Pick<PreparedRelease, 'definition'>,
  check: HealthCheck,
): Promise<CheckResult> {
  const { client, mask } = actFor(context, accountOf(definition));
  const tokenOf = async ({ name, key }: CheckToken) => {
    const target = { apiVersion: 'v1', kind: 'Secret', namespace: definition.namespace, name };
    const secret = await client.get(target, { signal });
    const token = secret && valueObject(secret, mask).data.get(key)?.trim();
    if (token) mask?.add([token]);
    return token;
  };
  try {
    return await evaluateCheck(check, { http, tokenOf, signal });
  } catch (thrown) {
    const { fault, message } = asHelmGitopsError(thrown);
    if (fault === 'internal' && !signal.aborted) context.emit(internalError(thrown));
    return { ok: undefined, message };
  }
}
