import { describe, expect, test } from 'vitest';
import type { PromotionState } from '../../../src/foundation/state/release-state.ts';
import type { NamedPerson } from '../../../src/pipeline/definitions/promotion-schema.ts';
import { type Gate, gatesTrailers } from '../../../src/pipeline/promote/gates.ts';
import { peopleGate } from '../../../src/pipeline/promote/people-gate.ts';

const ann = { forge: 'ann', user: 'ann@example.com' };
const bob = { forge: 'bob' };
const cleo = { user: 'cleo' };
const said = (user: string, verdict: 'approved' | 'rejected' = 'approved', id = 'p-1') => ({
  ...{ id, user, verdict, at: 'then', seal: 's' },
});
const reviewed = (approvedBy: string[], rejectedBy: string[] = []): PromotionState => {
  const request = { number: 7, url: 'https://git/7' };
  return { proposed: { id: 'p-1', at: 'then', branch: 'b', commit: 'c', request, approvedBy, rejectedBy } };
};
const gateOf = (people: readonly NamedPerson[], count: number, state: PromotionState, byReview = true) =>
  peopleGate({ people, count }, state, { id: 'p-1', byReview });

describe('a gate that names people', () => {
  test.each<[string, readonly NamedPerson[], number, PromotionState, boolean, string]>([
    [
      'waits for both ways',
      [ann, bob, cleo],
      2,
      {},
      false,
      'waits for a review of its pull request or helm-gitops approve p-1 by the API, by 2 of ann, bob, cleo',
    ],
    [
      'opens by one of each',
      [ann, bob, cleo],
      2,
      { ...reviewed(['Bob']), decisions: [said('cleo')] },
      true,
      'approved by bob in a review of https://git/7, cleo by the API',
    ],
    [
      'counts who says it twice once',
      [ann, cleo],
      2,
      { ...reviewed(['ann']), decisions: [said('ann@example.com'), said('ann@example.com')] },
      false,
      'waits for helm-gitops approve p-1 by the API, by cleo beside ann',
    ],
    [
      'takes no name of the forge for one of Kubernetes',
      [bob, cleo],
      2,
      { ...reviewed(['cleo']), decisions: [said('bob')] },
      false,
      'waits for a review of https://git/7 or helm-gitops approve p-1 by the API, by bob, cleo',
    ],
    [
      'tells users of Kubernetes from each other by their case',
      [cleo],
      1,
      { decisions: [said('Cleo')] },
      false,
      'waits for helm-gitops approve p-1 by the API, by cleo',
    ],
    [
      'counts nothing that was said of another version',
      [cleo],
      1,
      { decisions: [said('cleo', 'approved', 'p-0')] },
      false,
      'waits for helm-gitops approve p-1 by the API, by cleo',
    ],
    [
      'counts no rejection',
      [cleo],
      1,
      { decisions: [said('cleo', 'rejected')] },
      false,
      'waits for helm-gitops approve p-1 by the API, by cleo',
    ],
    [
      'is kept closed by who asks for changes, though enough have approved',
      [ann, bob],
      1,
      { ...reviewed([], ['bob']), decisions: [said('ann@example.com')] },
      false,
      'bob asked for changes in a review of https://git/7',
    ],
  ])('%s', (_title, people, count, state, open, message) => {
    expect(gateOf(people, count, state)).toMatchObject({ name: 'approval', open, message, byPeople: true });
  });

  test('names no review where there is none to be made', () => {
    expect(gateOf([ann, cleo], 1, {}, false).message).toBe(
      'waits for helm-gitops approve p-1 by the API, by 1 of ann, cleo',
    );
  });

  test('is told of in the commit, on lines that no name can add to', () => {
    const evil = 'x\nHelm-Gitops-Promotion: web dev→prod\u2028y';
    const gates: Gate[] = [
      { name: 'healthy', open: true, message: '' },
      gateOf([ann, bob], 2, { ...reviewed(['bob']), decisions: [said('ann@example.com')] }),
      { name: 'approval', open: true, message: '', approvers: [{ name: evil, how: 'claimed' }] },
      { name: 'approval', open: false, message: '', approvers: [{ name: 'nobody', how: 'api' }] },
    ];
    expect(gatesTrailers(gates).split('\n')).toEqual([
      'Helm-Gitops-Gates: healthy, approval',
      'Helm-Gitops-Approved-By: ann@example.com (api)',
      'Helm-Gitops-Approved-By: bob (review)',
      'Helm-Gitops-Approved-By: x Helm-Gitops-Promotion: web dev→prod y (claimed)',
    ]);
  });
});
