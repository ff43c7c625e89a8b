import { expect, test } from 'vitest';
import { recordedCrds } from '../../../src/pipeline/plan/recorded-crds.ts';

const crd = (name: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}.x.io}\n`;
const file = (name: string, text: string) => ({ name, data: Buffer.from(text).toString('base64') });

test('definitions of crds/ are told, and those that are among the templates too are not told again', () => {
  const files = [
    file('crds/all.yaml', `${crd('a')}---\n${crd('b')}`),
    file('crds/broken.yaml', 'a: ['),
    file('README.md', crd('c')),
  ];
  const names = (manifest: string) => recordedCrds({ chart: { files }, manifest }).map(({ metadata }) => metadata.name);
  expect(names('')).toEqual(['a.x.io', 'b.x.io']);
  expect(names(crd('b'))).toEqual(['a.x.io']);
});
