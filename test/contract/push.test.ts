/**
 * `push` beside the real Helm on a real registry: the same manifest, byte for byte, and what we push Helm pulls. Needs
 * HELM_BIN and REGISTRY_BIN.
 */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ourSide, theirSide } from './beside-helm.ts';
import { type Files, type StartedRegistry, startRegistry } from './dependency-servers.ts';

const helm = process.env['HELM_BIN'] ?? '';
const program = process.env['REGISTRY_BIN'] ?? '';

const simple = 'apiVersion: v2\nname: shop\nversion: 1.2.3\n';
const full = `apiVersion: v2
name: shop
version: 1.2.3-rc.1+build.5
appVersion: "7"
description: A "shop" for <everyone> & all
home: https://shop.example.com
sources: [https://git.example.com/shop, https://two.example.com]
keywords: [b, a]
maintainers: [{name: Jane, email: jane@example.com, url: https://jane.example.com}, {name: Joe}]
icon: https://shop.example.com/icon.svg
kubeVersion: ">=1.20"
type: application
deprecated: true
annotations: {z: last, a: first, org.opencontainers.image.title: not this}
`;
const old = 'apiVersion: v1\nname: shop\nversion: 0.1.0\n';

const charts: Readonly<Record<string, Files>> = {
  simple: { 'shop/Chart.yaml': simple, 'shop/values.yaml': 'a: 1\n' },
  full: { 'shop/Chart.yaml': full, 'shop/templates/x.yaml': 'x: 1\n' },
  'of the first format': {
    'shop/Chart.yaml': old,
    'shop/requirements.yaml': 'dependencies:\n- {name: db, version: 1.x, repository: "", tags: [a], alias: store}\n',
    'shop/charts/db/Chart.yaml': 'apiVersion: v1\nname: db\nversion: 1.0.0\n',
  },
};

describe.skipIf(!helm || !program)('push (HELM_BIN, REGISTRY_BIN)', () => {
  let registry: StartedRegistry;
  beforeAll(async () => {
    registry = await startRegistry(program);
  });
  afterAll(async () => await registry?.[Symbol.asyncDispose]());

  test.each(Object.keys(charts))('a chart that is %s', async (name) => {
    const files = charts[name] as Files;
    using theirs = theirSide(helm, { files });
    using ours = ourSide({ files }, 'helm4');
    const packed = await theirs.run('package', 'shop');
    const archive = /([^/\n]+\.tgz)\n$/.exec(packed.stdout)?.[1] ?? '';
    const at = new Date('2026-01-02T03:04:05Z');
    for (const side of [theirs, ours]) {
      writeFileSync(join(side.folder, archive), theirs.bytes(archive));
      writeFileSync(join(side.folder, `${archive}.prov`), 'signed');
      utimesSync(join(side.folder, archive), at, at);
    }
    const repository = name.replaceAll(' ', '-');
    const push = (who: string) => ['push', archive, `oci://${registry.host}/${who}/${repository}`, '--plain-http'];
    const [told, said] = [await theirs.run(...push('theirs')), await ours.run(...push('ours'))];
    expect(said).toEqual({ code: 0, stderr: '', stdout: told.stdout.replaceAll('/theirs/', '/ours/') });

    const version = /shop-(.*)\.tgz/.exec(archive)?.[1] ?? '';
    mkdirSync(join(theirs.folder, 'pulled'));
    const pulled = await theirs.run(
      ...['pull', `oci://${registry.host}/ours/${repository}/shop`, '--version', version],
      ...['--plain-http', '--prov', '-d', 'pulled'],
    );
    expect(pulled.stderr).toBe('');
    expect(readFileSync(join(theirs.folder, 'pulled', archive))).toEqual(theirs.bytes(archive));
  });

  test.each([
    [['push', 'nothing.tgz', 'oci://HOST/charts']],
    [['push', 'shop', 'oci://HOST/charts']],
    [['push', 'shop', 'registry.example.com/charts']],
    [['push', 'shop', 'ftp://HOST/charts']],
  ])('is refused as Helm refuses %j', async (args) => {
    const files = charts['simple'] as Files;
    using theirs = theirSide(helm, { files });
    using ours = ourSide({ files }, 'helm4');
    const named = args.map((arg) => arg.replace('HOST', registry.host));
    const [told, said] = [await theirs.run(...named), await ours.run(...named)];
    expect(said.stderr).toContain(told.stderr.replace(/^Error: /, '').trim());
    expect(said.code).not.toBe(0);
  });
});
