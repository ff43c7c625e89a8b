import { describe, expect, test } from 'vitest';
import { INSTALL_ORDER, UNINSTALL_ORDER } from '../../../src/foundation/manifest/kind-order.table.ts';
import { sortForInstall, sortForUninstall } from '../../../src/foundation/manifest/kind-order.ts';

const kinds = [
  'Widget',
  'Service',
  'ValidatingWebhookConfiguration',
  'Deployment',
  '',
  'Namespace',
  'Gadget',
  'MutatingWebhookConfiguration',
];
const itself = (kind: string): string => kind;

describe('the order of kinds', () => {
  test('puts known kinds first and unknown ones behind them by name', () => {
    expect(sortForInstall(kinds, itself)).toEqual([
      'Namespace',
      'Service',
      'Deployment',
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
      '',
      'Gadget',
      'Widget',
    ]);
    expect(sortForUninstall(kinds, itself)).toEqual([
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
      'Service',
      'Deployment',
      'Namespace',
      '',
      'Gadget',
      'Widget',
    ]);
  });

  test('does not know the webhooks in Helm 3', () => {
    expect(sortForInstall(kinds, itself, 'helm3').slice(3)).toEqual([
      '',
      'Gadget',
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
      'Widget',
    ]);
  });

  test('is stable', () => {
    const items = ['b/Secret', 'a/ConfigMap', 'a/Secret'].map((text) => text.split('/'));
    expect(sortForInstall(items, ([, kind]) => kind ?? '').map(([name]) => name)).toEqual(['b', 'a', 'a']);
  });

  test.each(['helm3', 'helm4'] as const)('has the same kinds in both lists of %s', (compat) => {
    expect(INSTALL_ORDER[compat].toSorted()).toEqual(UNINSTALL_ORDER[compat].toSorted());
    expect(new Set(INSTALL_ORDER[compat]).size).toBe(compat === 'helm4' ? 38 : 36);
  });
});
