import { describe, expect, test } from 'vitest';
import { selectorText } from '../../../src/pipeline/observe/find-pods.ts';
import { defaultPatience, isPullHopeless, podProblem } from '../../../src/pipeline/observe/pod-problem.ts';

function pod(containerStatuses: object[], more: object = {}) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, status: { containerStatuses, ...more } };
}
const waiting = (reason: string, message = '', more: object = {}) => ({
  name: 'main',
  image: 'shop:1',
  restartCount: 0,
  state: { waiting: { reason, message } },
  ...more,
});
const ended = (exitCode: number, reason = 'Error') => ({ terminated: { exitCode, reason } });

describe('a pod', () => {
  test.each([
    ['an image that is not there', waiting('ErrImagePull', 'manifest unknown: not found'), 'hopeless'],
    ['an image that may not be read', waiting('ImagePullBackOff', 'pull access denied'), 'hopeless'],
    ['a registry that does not answer', waiting('ErrImagePull', 'dial tcp: i/o timeout'), 'persistent'],
    ['a registry that is asked too often', waiting('ErrImagePull', 'toomanyrequests: denied'), 'persistent'],
    ['an image name that is none', waiting('InvalidImageName', 'x'), 'hopeless'],
    ['a Secret that is missing', waiting('CreateContainerConfigError', 'secret "a" not found'), 'persistent'],
    ['a crash loop', waiting('CrashLoopBackOff', '', { restartCount: 3, lastState: ended(1) }), 'crashing'],
    ['a crash loop at its start', waiting('CrashLoopBackOff', '', { restartCount: 2, lastState: ended(1) }), undefined],
    [
      'a container between two crashes',
      { name: 'main', restartCount: 4, state: { running: {} }, lastState: ended(137, 'OOMKilled') },
      'crashing',
    ],
    [
      'one that crashed once upon a time, but is ready',
      { name: 'main', ready: true, restartCount: 9, state: { running: {} }, lastState: ended(1) },
      undefined,
    ],
    ['one that is being made', waiting('ContainerCreating'), undefined],
  ])('with %s: %s', (_, status, nature) => {
    expect(podProblem(pod([status]), defaultPatience)?.nature).toBe(nature);
  });

  test('names container, image and why it ended', () => {
    const status = waiting('CrashLoopBackOff', '', { restartCount: 3, lastState: ended(137, 'OOMKilled') });
    expect(podProblem(pod([status]), defaultPatience)).toMatchObject({
      pod: 'p',
      container: 'main',
      image: 'shop:1',
      message: expect.stringContaining('out of memory'),
      previous: true,
    });
  });

  test('is blamed for the worst of its containers, init containers too', () => {
    const initContainerStatuses = [waiting('ErrImagePull', 'not found', { name: 'init' })];
    const found = podProblem(pod([waiting('CreateContainerConfigError')], { initContainerStatuses }), defaultPatience);
    expect(found).toMatchObject({ container: 'init', nature: 'hopeless' });
  });

  test('without a node waits, for the timeout to tell', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes' }];
    expect(podProblem(pod([], { conditions }), defaultPatience)).toMatchObject({
      nature: 'waiting',
      message: '0/2 nodes',
    });
  });

  test('that is going away is nobody’s problem', () => {
    const gone = pod([waiting('InvalidImageName')]);
    expect(
      podProblem({ ...gone, metadata: { ...gone.metadata, deletionTimestamp: 't' } }, defaultPatience),
    ).toBeUndefined();
  });
});

test.each([
  ['rpc error: code = NotFound desc = failed to pull and unpack image "x"', true],
  ['unauthorized: authentication required', true],
  ['failed to do request: lookup registry.example: no such host', false],
  ['connect: connection refused', false],
  ['Back-off pulling image "x"', false],
])('the pull error "%s" is hopeless: %s', (message, expected) => expect(isPullHopeless(message)).toBe(expected));

test.each([
  [{ matchLabels: { a: 'b', c: 'd' } }, 'a=b,c=d'],
  [{ app: 'x' }, 'app=x'],
  [
    {
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['b', 'c'] },
        { key: 'd', operator: 'DoesNotExist' },
        { key: 'e', operator: 'Exists' },
        { key: 'f', operator: 'NotIn', values: ['g'] },
      ],
    },
    'a in (b,c),!d,e,f notin (g)',
  ],
  [undefined, ''],
])('the selector %j asks %s', (selector, expected) => expect(selectorText(selector)).toBe(expected));
