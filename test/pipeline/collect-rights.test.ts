import { expect, test } from 'vitest';
import { collectRights } from '../../src/pipeline/collect-rights.ts';
import type { HealthCheck } from '../../src/pipeline/definitions/rollback-settings.ts';
import { requiredRights } from '../../src/pipeline/rights/required-rights.ts';
import { discovery, prepared, releaseScene, settings } from './release-scene.ts';

const check = (name: string, token?: string): HealthCheck => ({
  ...{ name, interval: 1000, timeout: 1000, failureLimit: 3 },
  source: { type: 'http', url: 'http://web/healthz', ...(token ? { token: { name: token, key: 'token' } } : {}) },
});

test('the Secrets that health checks take their tokens from may be read one by one, by whoever deploys the release', async () => {
  const { context, cluster } = releaseScene();
  cluster.discovery = async () => ({
    ...discovery,
    resource: ({ group, kind }) =>
      ({ group, plural: `${kind.toLowerCase()}s`, verbs: [], namespaced: true }) as unknown as ReturnType<
        typeof discovery.resource
      >,
  });
  const shop = prepared('d');
  const rollback = { ...settings.rollback, checks: [check('front', 'monitoring'), check('open')] };
  const definition = {
    ...shop.definition,
    ...{ serviceAccount: 'deployer', settings: { ...settings, rollback } },
  };
  const onUnknown = (object: string) => expect(object).toBeUndefined();
  const collecting = { context, daemon: 'gitops/helm-gitops', driver: 'configmap', onUnknown } as const;
  const grants = requiredRights(await collectRights(collecting, { ...shop, definition }));
  // Records lie in ConfigMaps: nothing else of it is a Secret.
  expect(grants.filter(({ rule }) => rule.resources?.includes('secrets'))).toEqual([
    {
      account: 'web/deployer',
      namespace: 'web',
      rule: { apiGroups: [''], resources: ['secrets'], resourceNames: ['monitoring'], verbs: ['get'] },
    },
  ]);
});
