import { describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { clusterError } from '../../src/foundation/cluster/cluster-error.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { accountOf, actFor, clientFor } from '../../src/pipeline/act-for.ts';
import type { ReleaseContext } from '../../src/pipeline/context.ts';
import type { ProjectLimits } from '../../src/pipeline/definitions/release-definition.ts';
import { reconcileRelease } from '../../src/pipeline/reconcile-release.ts';
import { removeRelease } from '../../src/pipeline/remove-release.ts';
import { rollbackRelease } from '../../src/pipeline/rollback-release.ts';
import { aside, configMap, hook, prepared, releaseScene } from './release-scene.ts';

const project: ProjectLimits = {
  name: 'web',
  place: { file: 'web.yaml' },
  repositories: undefined,
  destinations: undefined,
  kinds: { allow: undefined, deny: [] },
  serviceAccount: 'deployer',
};

/** A scene that notes who asks: `daemon get ConfigMap/x`, `web:deployer apply ConfigMap/x`. */
function actingScene() {
  const scene = releaseScene();
  const asked: string[] = [];
  let refused: (call: string) => boolean = () => false;
  const speaker = (who: string): ClusterClient => {
    const wrap =
      (verb: string) =>
      async (...parts: unknown[]): Promise<unknown> => {
        const [target] = parts as [{ kind: string; name?: string; metadata?: { name?: string } }];
        const call = `${who} ${verb} ${target.kind}/${target.name ?? target.metadata?.name ?? '*'}`;
        asked.push(call);
        if (refused(call)) throw clusterError('cluster.forbidden', `${call} is forbidden`);
        return (scene.cluster[verb as 'get'] as (...given: unknown[]) => unknown)(...parts);
      };
    const verbs = ['get', 'list', 'create', 'update', 'apply', 'patch', 'delete'];
    return { ...scene.cluster, ...Object.fromEntries(verbs.map((verb) => [verb, wrap(verb)])) } as ClusterClient;
  };
  const client: ClusterClient = {
    ...speaker('daemon'),
    impersonate: ({ user }) => speaker(user.replace('system:serviceaccount:', '')),
  };
  const onUnreadable = () => undefined;
  const context: ReleaseContext = {
    ...scene.context,
    client,
    history: (namespace, name, acting = client) => openHistory({ client: acting, namespace, name, onUnreadable }),
  };
  const refuse = (which: (call: string) => boolean) => {
    refused = which;
  };
  return { scene, context, asked, refuse };
}

const release = (digest: string, account = 'deployer') =>
  prepared(digest, {
    project: { ...project, serviceAccount: account },
    createNamespace: { labels: {}, annotations: {} },
  });
const run = (context: ReleaseContext, digest: string, account?: string) =>
  reconcileRelease(context, {
    prepared: release(digest, account),
    requested: false,
    superseded: new AbortController().signal,
    aside,
  });

describe('on behalf of a ServiceAccount', () => {
  test('everything is asked for but the namespace: install, upgrade, rollback, removal', async () => {
    const { scene, context, asked } = actingScene();
    scene.manifests.text = configMap('x', 'red') + configMap('z', 'red');
    scene.manifests.hooks = [hook('migrate', { events: ['pre-install'] })];
    expect(await run(context, 'd1')).toMatchObject({ result: 'deployed' });
    scene.manifests.text = configMap('x', 'blue');
    expect(await run(context, 'd2')).toMatchObject({ result: 'deployed' });
    const back = await rollbackRelease(context, { prepared: release('d2'), to: 1, reason: 'asked', aside });
    expect(back.outcome).toMatchObject({ status: 'deployed' });
    const state = scene.state!;
    expect(state.identity).toMatchObject({ serviceAccount: 'web/deployer' });
    expect(await removeRelease(context, { op: 'o', state, cluster: 'memory', guarded: false })).toBe('uninstalled');
    expect(new Set(asked.filter((call) => call.startsWith('daemon ')))).toEqual(
      new Set(['daemon get Namespace/web', 'daemon create Namespace/web']),
    );
    expect(asked).toEqual(
      expect.arrayContaining([
        'web:deployer apply ConfigMap/x',
        'web:deployer delete ConfigMap/z',
        'web:deployer delete ConfigMap/x',
        'web:deployer create Secret/sh.helm.release.v1.shop.v1',
        'web:deployer update Secret/sh.helm.release.v1.shop.v1',
      ]),
    );
    expect(asked.filter((call) => !/^(daemon|web:deployer) /.test(call))).toEqual([]);
  });

  test('a lookup is made as that account', async () => {
    const { context } = actingScene();
    const asking: ClusterClient[] = [];
    const { render } = context;
    const watching = {
      ...context,
      render: (question: Parameters<typeof render>[0]) => {
        asking.push(question.client);
        return render(question);
      },
    };
    await run(watching, 'd1', 'ops/robot');
    expect(asking).toHaveLength(1);
    expect(asking[0]).not.toBe(context.client);
  });

  test('what it may not do fails the deploy, whatever the daemon may', async () => {
    const { context, refuse } = actingScene();
    refuse((call) => call === 'ops:robot apply ConfigMap/x');
    expect(await run(context, 'd1', 'ops/robot')).toMatchObject({
      result: 'failed',
      outcome: { error: { code: 'cluster.forbidden', message: 'ops:robot apply ConfigMap/x is forbidden' } },
    });
  });
});

test('the account is of the release’s namespace unless it names another', () => {
  const of = (serviceAccount: string | undefined) =>
    accountOf({ namespace: 'web', project: { ...project, serviceAccount } });
  expect([of('deployer'), of('ops/robot'), of(undefined), accountOf({ namespace: 'web' })]).toEqual([
    'web/deployer',
    'ops/robot',
    undefined,
    undefined,
  ]);
});

test('who acts already acts for nobody else, and a client that cannot act is a bug', () => {
  const { context } = actingScene();
  const acting = actFor(context, 'web/deployer');
  expect(actFor(acting, 'ops/robot')).toBe(acting);
  expect(actFor(context, undefined)).toBe(context);
  const { impersonate: _, ...plain } = context.client;
  expect(() => clientFor(plain as ClusterClient, 'web/deployer')).toThrow('nobody can act for web/deployer');
});
