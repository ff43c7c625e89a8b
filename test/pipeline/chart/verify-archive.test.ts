import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type ChartRepository,
  indexOf,
  openTestSources,
  packNamed,
  startRepository,
  type TestSources,
} from '../../support/chart-repository.ts';
import { temporaryFolder } from '../../support/git-repository.ts';
import { memoryRegistry } from '../../support/memory-registry.ts';

type KeyPair = Awaited<ReturnType<typeof newKey>>;
const newKey = async () => await openpgp.generateKey({ userIDs: [{ name: 'Jane' }], format: 'object' });

const folder = temporaryFolder();
const [janes, joes] = [join(folder.path, 'jane.gpg'), join(folder.path, 'joe.gpg')];
let [jane, joe]: [KeyPair?, KeyPair?] = [];
let archive: Buffer;
let repository: ChartRepository;
let sources: TestSources;

beforeAll(async () => {
  [jane, joe] = await Promise.all([newKey(), newKey()]);
  writeFileSync(janes, jane.publicKey.write());
  writeFileSync(joes, joe.publicKey.write());
  archive = await packNamed('shop', '1.0.0');
});
afterAll(() => folder.remove());
beforeEach(async () => {
  repository = await startRepository();
  sources = await openTestSources();
  repository.files.set('/index.yaml', indexOf({ shop: [{ version: '1.0.0' }] }));
  repository.files.set('/shop-1.0.0.tgz', archive);
});
afterEach(async () => {
  await sources[Symbol.asyncDispose]();
  await repository[Symbol.asyncDispose]();
});

async function sign(bytes: Buffer, by = jane): Promise<Buffer> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  const text = `apiVersion: v2\nname: shop\nversion: 1.0.0\n\n...\nfiles:\n  shop-1.0.0.tgz: sha256:${digest}\n`;
  const message = await openpgp.createCleartextMessage({ text });
  return Buffer.from(await openpgp.sign({ message, signingKeys: by!.privateKey }));
}

const ask = (keyring: string | undefined) =>
  ({ type: 'repository', repository: repository.url, name: 'shop', version: '1.0.0', keyring }) as const;

describe('a chart that must be signed', () => {
  test('is taken when a key of the keyring signed it', async () => {
    repository.files.set('/shop-1.0.0.tgz.prov', await sign(archive));
    expect((await sources.fetch(ask(janes))).version).toBe('1.0.0');
  });

  test('is refused without a signature, though it is in the cache', async () => {
    await sources.fetch(ask(undefined));
    await expect(sources.fetch(ask(janes))).rejects.toMatchObject({ code: 'chart.unsigned', fault: 'user' });
  });

  test('is refused when somebody else signed it, or something else was signed', async () => {
    repository.files.set('/shop-1.0.0.tgz.prov', await sign(archive, joe));
    await expect(sources.fetch(ask(janes))).rejects.toMatchObject({ code: 'provenance.unknown-signer' });
    repository.files.set('/shop-1.0.0.tgz.prov', await sign(Buffer.from('other')));
    await expect(sources.fetch(ask(janes))).rejects.toMatchObject({ code: 'provenance.digest-mismatch' });
  });

  test('is verified again with other keys, and may have been signed anew', async () => {
    repository.files.set('/shop-1.0.0.tgz.prov', await sign(archive));
    await sources.fetch(ask(janes));
    await expect(sources.fetch(ask(joes))).rejects.toMatchObject({ code: 'provenance.unknown-signer' });
    repository.files.set('/shop-1.0.0.tgz.prov', await sign(archive, joe));
    expect((await sources.fetch(ask(joes))).version).toBe('1.0.0');
  });

  test('is verified out of reach too', async () => {
    repository.files.set('/shop-1.0.0.tgz.prov', await sign(archive));
    await sources.fetch(ask(janes));
    repository.answer = (_, response) => void response.destroy();
    expect((await sources.fetch(ask(janes))).version).toBe('1.0.0');
    await expect(sources.fetch(ask(joes))).rejects.toMatchObject({ fault: 'transient' });
  });

  test('has its signature in a registry beside it', async () => {
    const registry = memoryRegistry();
    registry.push('1.0.0', archive, { provenance: await sign(archive) });
    await using fromRegistry = await openTestSources({ more: { registry } });
    const request = { type: 'oci', reference: 'oci://registry.example.com/charts/shop', version: '^1' } as const;
    expect((await fromRegistry.fetch({ ...request, keyring: janes })).version).toBe('1.0.0');
    await expect(fromRegistry.fetch({ ...request, keyring: joes })).rejects.toMatchObject({
      code: 'provenance.unknown-signer',
    });
  });
});
