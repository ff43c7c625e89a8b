import { expect, test } from 'vitest';
import { type ChartRequest, describeRequest } from '../../../src/pipeline/chart/chart-sources.ts';

test.each<[ChartRequest, string]>([
  [
    { type: 'repository', repository: 'https://u:hunter2@h/c?token=hunter2', name: 'shop', version: '~1' },
    'the chart shop of https://h/c?token=… ~1',
  ],
  [{ type: 'oci', reference: 'oci://u:hunter2@h/c/shop', version: '' }, 'the chart oci://h/c/shop'],
  [{ type: 'oci', reference: 'oci://h:5000/c/shop@sha256:ab', version: '' }, 'the chart oci://h:5000/c/shop@sha256:ab'],
  [{ type: 'git', url: 'https://u:hunter2@h/r.git', revision: undefined, path: '' }, 'the chart . of https://h/r.git'],
])('a request is told without what is secret in it: %j', (request, text) => {
  expect(describeRequest(request)).toBe(text);
});
