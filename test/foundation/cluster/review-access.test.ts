import { describe, expect, test } from 'vitest';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import { reviewAccess, reviewToken } from '../../../src/foundation/cluster/review-access.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';

/** Answers with this status, and keeps what was asked. */
function server(status: object | Error) {
  const asked: KubernetesObject[] = [];
  const create = async (object: KubernetesObject) => {
    asked.push(object);
    if (status instanceof Error) throw status;
    return { ...object, status };
  };
  return { client: { name: 'main', create }, spec: () => asked[0]?.['spec'] };
}

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const user = { username: 'ann@example.com', uid: 'u', groups: ['a', 'b'], extra: { team: ['web'] } };

describe('who shows a token', () => {
  test.each<[string, string, object, object, string | undefined]>([
    ['is whom the server says', 'opaque', { authenticated: true, user }, { token: 'opaque' }, 'ann@example.com'],
    ['is nobody that it does not know', 'opaque', { error: 'invalid bearer token' }, { token: 'opaque' }, undefined],
    ['is nobody without a name', 'opaque', { authenticated: true, user: {} }, { token: 'opaque' }, undefined],
    ['has to be told for certain', 'opaque', { authenticated: 'true', user }, { token: 'opaque' }, undefined],
    [
      'is asked about for this program, where it was made for it',
      jwt({ aud: ['helm-gitops'] }),
      { authenticated: true, user, audiences: ['helm-gitops'] },
      { token: jwt({ aud: ['helm-gitops'] }), audiences: ['helm-gitops'] },
      'ann@example.com',
    ],
    [
      'is nobody to a server that does not look at audiences',
      jwt({ aud: 'helm-gitops' }),
      { authenticated: true, user },
      { token: jwt({ aud: 'helm-gitops' }), audiences: ['helm-gitops'] },
      undefined,
    ],
    [
      'is asked about for the server otherwise',
      jwt({ aud: ['https://kubernetes.default.svc'] }),
      { authenticated: true, user, audiences: ['https://kubernetes.default.svc'] },
      { token: jwt({ aud: ['https://kubernetes.default.svc'] }) },
      'ann@example.com',
    ],
  ])('%s', async (_title, token, status, spec, name) => {
    const { client, spec: asked } = server(status);
    expect((await reviewToken(client, token))?.name).toBe(name);
    expect(asked()).toEqual(spec);
  });

  test('is told by no error', async () => {
    const words = 'token t0p-s3cret is not valid';
    const passing = server(clusterError('cluster.server-error', words));
    await expect(reviewToken(passing.client, 't0p-s3cret')).rejects.toMatchObject({
      code: 'cluster.unavailable',
      message: 'cluster main did not answer a TokenReview',
    });
    const denied = server(clusterError('cluster.forbidden', words));
    await expect(reviewToken(denied.client, 't0p-s3cret')).rejects.toMatchObject({
      message: 'the daemon may not create a TokenReview in cluster main',
      hint: expect.stringContaining('rbac'),
    });
  });
});

test.each([
  [{ allowed: true }, true],
  [{ allowed: false, reason: 'no' }, false],
  [{ allowed: 'true' }, false],
  [{}, false],
])('what somebody may is asked of %j with all that is known of them', async (status, may) => {
  const { client, spec } = server(status);
  const known = { name: 'ann@example.com', uid: 'u', groups: ['a'], extra: { team: ['web'] } };
  const right = { namespace: 'state', verb: 'patch', group: '', resource: 'configmaps' };
  expect(await reviewAccess(client, known, right)).toBe(may);
  const who = { user: 'ann@example.com', uid: 'u', groups: ['a'], extra: { team: ['web'] } };
  expect(spec()).toEqual({ ...who, resourceAttributes: right });
});
