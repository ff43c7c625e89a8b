import { expect, test } from 'vitest';
import { type ApplicationEdit, editApplication } from '../../../src/pipeline/values/edit-application.ts';

const other = 'kind: Environment\n---\n';
const shop = (environments: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: shop}\nspec:\n  environments:${environments}`;
const given: Omit<ApplicationEdit, 'text'> = {
  ...{ file: 'apps/shop.yaml', app: 'shop', environment: 'prod' },
  ...{ field: 'chart.version', before: '1.0.0', after: '1.10' },
};

test.each<[string, Partial<ApplicationEdit>, string, string]>([
  ['one that is said', {}, ' {prod: {chart: {version: 1.0.0}}} # x\n', ' {prod: {chart: {version: "1.10"}}} # x\n'],
  ['one that is inherited', {}, '\n    prod: # x\n', '\n    prod: {chart: {version: "1.10"}} # x\n'],
  [
    'a commit',
    { field: 'revision', after: '8d01b77' },
    '\n    prod: {} # here\n    eu: {}\n',
    '\n    prod: {revision: 8d01b77} # here\n    eu: {}\n',
  ],
])('%s is set in its own document, and all else stays', (_, parts, before, after) => {
  const edited = editApplication({ ...given, ...parts, text: `${other}${shop(before)}---\n${shop(' {prod: {}}')}` });
  expect(edited).toMatchObject({ text: `${other}${shop(after)}---\n${shop(' {prod: {}}')}` });
  const { edit, text } = edited as Extract<typeof edited, { edit: unknown }>;
  expect(text.split('\n')[edit.line - 1]).toContain(edit.after);
});

test.each<[string, string]>([
  ['unnamed', shop(' {dev: {}}')],
  ['generated', 'kind: Deployment\n'],
  ['alias', shop(' {dev: &all {chart: {version: 1.0.0}}, prod: *all}')],
])('it is refused as %s', (refused, text) => {
  expect(editApplication({ ...given, text })).toEqual({ refused });
});
