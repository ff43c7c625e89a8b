/** An application whose environment names another cluster: installed there, healthy, and only then uninstalled here. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longSkipped } from '../support/long-test.ts';
import { MoveScene, moveEnds } from '../support/move-scene.ts';

const namespace = 'cluster-move';
/** They take seconds each, so they run where a real cluster is at hand. */
const patient = test.skipIf(process.env['KUBECONFIG_REAL'] === undefined);
const chart = {
  'fleet/charts/settings/Chart.yaml': 'apiVersion: v2\nname: settings\nversion: 1.0.0\n',
  'fleet/charts/settings/templates/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  annotations: {helm-gitops.io/ready: {{ .Values.ready | quote }}}
data: {colour: {{ required "a colour" .Values.colour | quote }}}
`,
};
const fleet = (cluster: string, values: string) => ({
  'fleet/apps/shop.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec: {chart: {path: charts/settings}, environments: {prod: {}}, values: [{inline: {ready: "true"}}, {inline: ${values}}]}
---
apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: prod}
spec: {cluster: ${cluster}, namespace: ${namespace}}
`,
});

describe.each(moveEnds)('$name', ({ real, skipped }) => {
  // Where KUBECONFIG_REAL names no cluster, two embedded ones alone are looked at.
  describe.skipIf(skipped || longSkipped)('a release that moves', () => {
    const scene = new MoveScene(real);
    const ends = (from: string, to: string) => ({
      from: `${from}/${namespace}/shop`,
      to: `${to}/${namespace}/shop`,
    });
    const both = async () => [await scene.colour('here', namespace), await scene.colour('there', namespace)];

    beforeAll(() => scene.begin({ ...chart, ...fleet('here', '{colour: red}') }));
    afterAll(() => scene.end([namespace]));

    test('stays where it is while it cannot be installed there', async () => {
      const { daemon } = scene;
      const from = daemon.lines.length;
      scene.write(fleet('there', '{colour: ""}'));
      await daemon.waitFor('release.failed', { cluster: 'there' }, from);
      expect([await both(), scene.since(from, 'release.uninstalled', 'release.moved')]).toEqual([
        ['red', undefined],
        [],
      ]);
    });

    test('goes here when it is healthy there', async () => {
      const { daemon } = scene;
      const from = daemon.lines.length;
      scene.write(fleet('there', '{colour: blue}'));
      const moved = await daemon.waitFor('release.moved', {}, from);
      expect(moved).toMatchObject({ app: 'shop', environment: 'prod', cluster: 'there', ...ends('here', 'there') });
      expect(
        scene
          .since(from, 'release.deployed', 'release.healthy', 'release.uninstalled', 'release.moved')
          .map(({ event, cluster }) => `${event} ${cluster}`),
      ).toEqual(['release.deployed there', 'release.healthy there', 'release.uninstalled here', 'release.moved there']);
      expect(await both()).toEqual([undefined, 'blue']);
    });

    test('what is under way where it leaves ends, and does not begin again', async () => {
      const { daemon } = scene;
      let from = daemon.lines.length;
      scene.write(fleet('there', '{colour: green, ready: "false"}'));
      await daemon.waitFor('release.waiting', { cluster: 'there' }, from);
      from = daemon.lines.length;
      scene.write(fleet('here', '{colour: white}'));
      await daemon.waitFor('revision.superseded', { cluster: 'there' }, from);
      await daemon.waitFor('release.moved', ends('there', 'here'), from);
      expect(await both()).toEqual(['white', undefined]);
      expect(scene.since(from, 'release.started').map(({ cluster }) => cluster)).toEqual(['here']);
      expect(scene.since(from, 'internal.error', 'release.failed')).toEqual([]);
    });

    patient('there and back again before it was healthy there', async () => {
      const { daemon } = scene;
      let from = daemon.lines.length;
      scene.write(fleet('there', '{colour: black, ready: "false"}'));
      await daemon.waitFor('release.waiting', { cluster: 'there' }, from);
      from = daemon.lines.length;
      scene.write(fleet('here', '{colour: white}'));
      await daemon.waitFor('release.moved', ends('there', 'here'), from);
      expect(await both()).toEqual(['white', undefined]);
      expect(scene.since(from, 'release.deployed', 'release.started')).toEqual([]);
    });

    patient('a daemon killed between the two ends goes on', async () => {
      let { daemon } = scene;
      const from = daemon.lines.length;
      scene.write(fleet('there', '{colour: silver}'));
      await daemon.waitFor('release.deployed', { cluster: 'there' }, from);
      await daemon.stop('SIGKILL');
      await scene.start();
      ({ daemon } = scene);
      await daemon.waitFor('release.moved', ends('here', 'there'));
      expect(await both()).toEqual([undefined, 'silver']);
      expect(scene.since(0, 'release.started')).toEqual([]);
    });
  });
});
