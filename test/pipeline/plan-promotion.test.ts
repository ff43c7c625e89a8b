import { expect, test } from 'vitest';
import type { PromotionState, ReleaseState } from '../../src/foundation/state/release-state.ts';
import type { Freeze } from '../../src/foundation/state/shared-state.ts';
import { readValues } from '../../src/foundation/values/read-values.ts';
import type { PreparedRelease } from '../../src/pipeline/context.ts';
import { planPromotion, promotionSources } from '../../src/pipeline/plan-promotion.ts';
import { definition, releaseState, settings, time } from './release-scene.ts';

const place = { file: 'apps/shop.yaml', line: 1 };

interface Target {
  readonly from?: readonly string[];
  readonly tag: string;
  readonly haltOnFailure?: boolean;
}

/** `shop` in an environment: its values file says the tag. */
function release(environment: string, { from, tag, haltOnFailure = false }: Target): PreparedRelease {
  const path = `values/${environment}.yaml`;
  const text = `image: {tag: ${tag}}\n`;
  const promotion = { ...settings.promotion, keys: ['image.tag'], haltOnFailure };
  return {
    ...{ checkout: { repository: 'fleet', root: '/', revision: 'r' }, digest: `d-${environment}` },
    definition: {
      ...{ ...definition, environment, variables: { environment }, settings: { ...settings, promotion } },
      values: [{ type: 'file', path, optional: false, template: false, place }],
      ...(from ? { promote: { from, as: 'commit', merge: false, general: false, place } } : {}),
    },
    ...{ values: readValues(text, 'helm4'), layers: [{ type: 'file', path, text }] },
  } as unknown as PreparedRelease;
}

const healthy = (environment: string): ReleaseState =>
  releaseState({ healthy: { version: 2, digest: `d-${environment}`, revision: 'r', at: time.toISOString() } });
const rolledBack: ReleaseState = releaseState({
  quarantine: { digest: 'd', helmRevision: 3, revision: 'r', reason: 'ImagePullBackOff', at: time.toISOString() },
});

interface Scene {
  readonly releases: readonly PreparedRelease[];
  readonly bad?: readonly string[];
  readonly freeze?: Freeze;
  readonly state?: PromotionState;
  readonly byHand?: readonly string[];
}

async function planFor(to: string, { releases, bad = [], freeze, state, byHand }: Scene) {
  const all = new Map(releases.map((one) => [`shop/${one.definition.environment}`, one]));
  const defined = releases.map((one) => one.definition);
  const target = all.get(`shop/${to}`) as PreparedRelease;
  const stateOf = async ({ definition: { environment } }: PreparedRelease) => {
    const own = bad.includes(environment) ? rolledBack : healthy(environment);
    return environment === to && state ? { ...own, promotion: state } : own;
  };
  const step = await planPromotion({
    ...{ target, all, defined, compat: 'helm4', stateOf, now: () => time },
    sources: promotionSources(target, { all, defined }) ?? [],
    imagesOf: async () => [],
    freezeOf: () => freeze,
    driftOf: () => [],
    measure: () => ({ name: '', ok: true, message: '' }),
    ...(byHand ? { byHand: async () => new Set(byHand) } : {}),
  });
  const closed = 'gates' in step ? step.gates.filter(({ open }) => !open).map(({ message }) => message) : [];
  return { step: step.step, closed, ...('gates' in step ? { as: step.as, edited: step.edited } : {}) };
}

const halting = { haltOnFailure: true };
const chain = [
  release('dev', { tag: 'v3' }),
  release('staging', { tag: 'v2', from: ['dev'], ...halting }),
  release('prod', { tag: 'v2', from: ['staging'], ...halting }),
];

test('what is rolled back at the end of a chain holds up what goes to its middle', async () => {
  expect(await planFor('staging', { releases: chain, bad: ['prod'] })).toMatchObject({
    ...{ step: 'waiting', closed: ['shop/prod was rolled back: ImagePullBackOff'] },
  });
  expect(await planFor('staging', { releases: chain })).toMatchObject({ step: 'ready', closed: [] });
});

test('unless nobody asks for that', async () => {
  const releases = [chain[0] as PreparedRelease, release('staging', { tag: 'v2', from: ['dev'] }), ...chain.slice(2)];
  expect(await planFor('staging', { releases, bad: ['prod'] })).toMatchObject({ step: 'ready' });
});

test('of two targets one that is rolled back holds up their source, and not the other', async () => {
  const releases = [
    ...[release('dev', { tag: 'v4' }), release('staging', { tag: 'v3', from: ['dev'], ...halting })],
    ...['eu', 'us'].map((name) => release(name, { tag: 'v2', from: ['staging'], ...halting })),
  ];
  expect(await planFor('staging', { releases, bad: ['us'] })).toMatchObject({
    ...{ step: 'waiting', closed: ['shop/us was rolled back: ImagePullBackOff'] },
  });
  expect(await planFor('eu', { releases, bad: ['us'] })).toMatchObject({ step: 'ready' });
});

test('a freeze holds it up for as long as it lasts', async () => {
  const freeze: Freeze = { by: 'ann', at: time.toISOString(), reason: 'sale', until: '2026-11-21T00:00:00Z' };
  const { step, closed } = await planFor('staging', { releases: chain, freeze });
  expect(step).toBe('waiting');
  expect(closed).toEqual([expect.stringMatching(/^staging is frozen .*sale/)]);
});

const last = { id: 'p-1', at: 'then', values: { 'image.tag': '"v1"' } };
const takenBack = { id: 'p-1', by: 'ann', at: 'then', commit: 'c', values: { 'image.tag': '"v0"' } };
test.each<[string, Partial<Scene>, string, readonly string[]]>([
  ['what a person has set is proposed', { state: { last } }, 'pullRequest', ['image.tag']],
  ['what somebody has promoted by hand is not', { state: { last }, byHand: ['image.tag'] }, 'commit', []],
  ['but another key is', { state: { last }, byHand: ['other'] }, 'pullRequest', ['image.tag']],
  ['what was promoted is not', { state: { last: { ...last, values: { 'image.tag': '"v2"' } } } }, 'commit', []],
  [
    'nor is what a request that nobody has merged would take back',
    { state: { last: { ...last, values: { 'image.tag': '"v2"' } }, takenBack } },
    ...(['commit', []] as const),
  ],
])('%s', async (_, scene, as, edited) => {
  expect(await planFor('staging', { releases: chain, ...scene })).toMatchObject({ as, edited });
});

test('sources that disagree move nothing', async () => {
  const releases = [
    ...[release('dev', { tag: 'v3' }), release('qa', { tag: 'v4' })],
    release('prod', { tag: 'v2', from: ['dev', 'qa'] }),
  ];
  expect(await planFor('prod', { releases })).toEqual({ step: 'refused', closed: [] });
});
