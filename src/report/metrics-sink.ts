/** Counts events for Prometheus. What stands now (releases, drift) is read from the control when it is scraped. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Event } from '../foundation/events/event.ts';
import type { Sink } from '../foundation/events/event-bus.ts';

export interface MetricsSource {
  releases(): readonly {
    app: string;
    environment: string;
    health: string;
    drift: readonly { severity: string; kind: string }[];
  }[];
  clusters(): readonly { name: string; status: string }[];
  /** Durations in milliseconds. */
  deliveries(): readonly DeliveryFigures[];
}

interface DeliveryFigures {
  app: string;
  environment: string;
  perDay: number;
  leadTime?: number;
  timeToRestore?: number;
  failureRate?: number;
  path: readonly { environment: string; stageTime?: number }[];
}

/** What stands now, read once for all figures of one answer. */
type Scraped = { readonly [name in keyof MetricsSource]: ReturnType<MetricsSource[name]> };

const nothing: Scraped = { releases: [], clusters: [], deliveries: [] };

const scrape = (source: MetricsSource | undefined): Scraped =>
  source === undefined
    ? nothing
    : { releases: source.releases(), clusters: source.clusters(), deliveries: source.deliveries() };

export interface Metrics {
  readonly sink: Sink;
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(source: () => MetricsSource | undefined): Metrics {
  const registry = new Registry();
  let scraped: Scraped = nothing;
  const now = () => scraped;
  collectDefaultMetrics({ register: registry, prefix: 'helm_gitops_' });
  const registers = [registry];
  const events = new Counter({
    name: 'helm_gitops_events_total',
    help: 'Events by name.',
    labelNames: ['event'],
    registers,
  });
  const deploys = new Counter({
    name: 'helm_gitops_deploys_total',
    help: 'Ended deploys by outcome.',
    labelNames: ['app', 'environment', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'helm_gitops_deploy_duration_seconds',
    help: 'From the first write of a deploy to readiness.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    registers,
  });
  new Gauge({
    name: 'helm_gitops_release_health',
    help: '1 for the health that a release has.',
    labelNames: ['app', 'environment', 'health'],
    registers,
    collect() {
      this.reset();
      for (const { app, environment, health } of now().releases) this.set({ app, environment, health }, 1);
    },
  });
  new Gauge({
    name: 'helm_gitops_drift',
    help: 'Objects of a release that have left what was recorded, or that others added to (kind extra).',
    labelNames: ['app', 'environment', 'severity', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { app, environment, drift } of now().releases)
        for (const { severity, kind } of drift) this.inc({ app, environment, severity, kind });
    },
  });
  new Gauge({
    name: 'helm_gitops_cluster_ready',
    help: '1 for a cluster that can be worked in, 0 for one that is out of reach or waited for.',
    labelNames: ['cluster'],
    registers,
    collect() {
      this.reset();
      for (const { name, status } of now().clusters) this.set({ cluster: name }, status === 'ready' ? 1 : 0);
    },
  });
  addDeliveries(registers, now);
  return {
    sink(event: Event) {
      events.inc({ event: event.event });
      if (event.event === 'release.deployed') seconds.observe(event.duration / 1000);
      const outcome = outcomes[event.event];
      if (outcome && 'app' in event) deploys.inc({ app: event.app, environment: event.environment, outcome });
    },
    text: () => {
      scraped = scrape(source());
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

const outcomes: Partial<Record<Event['event'], string>> = {
  'release.deployed': 'deployed',
  'release.failed': 'failed',
  'rollback.done': 'rolledBack',
  'rollback.failed': 'rollbackFailed',
};

/** Of what is remembered: they go on after a restart. */
const figures: readonly (readonly [string, string, (one: DeliveryFigures) => number | undefined])[] = [
  ['helm_gitops_deployments_per_day', 'Deployment frequency, of the last 30 days.', ({ perDay }) => perDay],
  [
    'helm_gitops_lead_time_seconds',
    'Median from the commit of a version to where it runs.',
    ({ leadTime }) => seconds(leadTime),
  ],
  [
    'helm_gitops_change_failure_ratio',
    'Changes that failed or were taken back, of all.',
    ({ failureRate }) => failureRate,
  ],
  [
    'helm_gitops_time_to_restore_seconds',
    'Median from a failure to what is not bad.',
    ({ timeToRestore }) => seconds(timeToRestore),
  ],
  [
    'helm_gitops_stage_time_seconds',
    'Of the version that runs: from the stage before, or from its commit, to where it runs.',
    ({ path }) => seconds(path.at(-1)?.stageTime),
  ],
];

const seconds = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : milliseconds / 1000);

function addDeliveries(registers: Registry[], now: () => Scraped): void {
  for (const [name, help, figureOf] of figures)
    new Gauge({
      ...{ name, help, labelNames: ['app', 'environment'], registers },
      collect() {
        this.reset();
        for (const one of now().deliveries) {
          const value = figureOf(one);
          if (value !== undefined) this.set({ app: one.app, environment: one.environment }, value);
        }
      },
    });
}
