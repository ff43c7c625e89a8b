import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inClusterConnection } from '../../../src/foundation/cluster/in-cluster.ts';

test('a pod reaches its cluster with the token and CA that are mounted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pod-'));
  await expect(inClusterConnection({ folder })).rejects.toMatchObject({ code: 'cluster.credentials' });
  await writeFile(join(folder, 'token'), 'abc\n');
  await writeFile(join(folder, 'ca.crt'), 'CA');
  expect(await inClusterConnection({ folder })).toMatchObject({
    server: 'https://kubernetes.default.svc:443',
    authorization: 'Bearer abc',
    tls: { ca: 'CA' },
  });
  expect(await inClusterConnection({ folder, host: 'fd00::1', port: '6443' })).toMatchObject({
    server: 'https://[fd00::1]:6443',
  });
  await rm(folder, { recursive: true });
});
