import { describe, expect, test } from 'vitest';
import { createMetrics, type MetricsSource } from '../../src/report/metrics-sink.ts';

const time = new Date();
const fields = { op: 'o', app: 'shop', environment: 'dev', cluster: 'c', namespace: 'n', release: 'shop' };

describe('metrics', () => {
  test('count events and outcomes, and time deploys', async () => {
    const { sink, text } = createMetrics(() => undefined);
    sink({ event: 'release.deployed', ...fields, version: 1, chart: 'c-1', duration: 2000, trigger: 'revision' }, time);
    sink({ event: 'release.failed', ...fields, reason: 'r', message: 'm' }, time);
    sink({ event: 'rollback.done', ...fields, from: 2, to: 1, version: 3, duration: 1 }, time);
    const lines = await text();
    expect(lines).toContain('helm_gitops_events_total{event="release.deployed"} 1');
    for (const outcome of ['deployed', 'failed', 'rolledBack'])
      expect(lines).toContain(`helm_gitops_deploys_total{app="shop",environment="dev",outcome="${outcome}"} 1`);
    expect(lines).toContain('helm_gitops_deploy_duration_seconds_sum 2');
  });

  test('tell what stands when they are read, and forget what is gone', async () => {
    let measured = 0;
    let releases: ReturnType<MetricsSource['releases']> = [
      {
        app: 'shop',
        environment: 'dev',
        health: 'healthy',
        drift: [
          { severity: 'workload', kind: 'changed' },
          { severity: 'workload', kind: 'changed' },
          { severity: 'metadata', kind: 'extra' },
        ],
      },
    ];
    const { text } = createMetrics(() => ({
      releases: () => releases,
      clusters: () => [
        { name: 'far', status: 'unreachable' },
        { name: 'near', status: 'ready' },
      ],
      deliveries: () => {
        measured++;
        return [
          {
            app: 'shop',
            environment: 'prod',
            perDay: 0.5,
            leadTime: 90_000,
            failureRate: 0.25,
            path: [{ environment: 'prod', stageTime: 4_000 }],
          },
        ];
      },
    }));
    const before = await text();
    expect(measured).toBe(1);
    expect(before).toContain('helm_gitops_release_health{app="shop",environment="dev",health="healthy"} 1');
    expect(before).toContain('helm_gitops_drift{app="shop",environment="dev",severity="workload",kind="changed"} 2');
    expect(before).toContain('helm_gitops_drift{app="shop",environment="dev",severity="metadata",kind="extra"} 1');
    expect(before).toContain('helm_gitops_cluster_ready{cluster="far"} 0');
    expect(before).toContain('helm_gitops_cluster_ready{cluster="near"} 1');
    for (const line of [
      'helm_gitops_deployments_per_day{app="shop",environment="prod"} 0.5',
      'helm_gitops_lead_time_seconds{app="shop",environment="prod"} 90',
      'helm_gitops_change_failure_ratio{app="shop",environment="prod"} 0.25',
      'helm_gitops_stage_time_seconds{app="shop",environment="prod"} 4',
    ])
      expect(before).toContain(line);
    expect(before).not.toContain('time_to_restore_seconds{');
    releases = [];
    expect(await text()).not.toContain('app="shop",environment="dev"');
  });
});
