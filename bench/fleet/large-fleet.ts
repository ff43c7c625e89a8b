/** A git repository of many applications in three environments, each with values files of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chartFiles } from './podinfo.ts';

const environments = ['dev', 'staging', 'prod'];

export interface LargeFleet {
  write(path: string, text: string): void;
  /** Returns its id. */
  commit(message: string): string;
}

export const settings = (name: string, replicas: number) => `replicaCount: ${replicas}
image: {repository: registry.example.com/${name}, tag: "1.4.${replicas}"}
ingress:
  host: ${name}.example.com
  annotations: {owner: team-${replicas}, checks: "on"}
resources:
  requests: {cpu: 100m, memory: 128Mi}
env:
  - {name: LOG_LEVEL, value: info}
  - {name: REGION, value: eu}
`;

/** `app-0` and so on in `apps/team-N`; committed. */
export function makeLargeFleet(work: string, applications: number): LargeFleet {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  };
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', work, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
      encoding: 'utf8',
    }).trim();
  const commit = (message: string) => {
    git('add', '-A');
    git('commit', '-q', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  mkdirSync(work, { recursive: true });
  git('init', '-q', '-b', 'main');
  for (const [name, text] of Object.entries(chartFiles)) write(`charts/podinfo/${name}`, text);
  for (const name of environments) {
    write(`values/${name}.yaml`, settings(name, 1));
    write(
      `apps/environments/${name}.yaml`,
      `apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: ${name}}\nspec: {values: [values/${name}.yaml], variables: {domain: ${name}.example.com}}\n`,
    );
  }
  for (let index = 0; index < applications; index += 1) {
    const name = `app-${index}`;
    write(
      `apps/team-${index % 40}/${name}.yaml`,
      `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  chart: {path: charts/podinfo}\n  namespace: "${name}-{{environment}}"\n  values: ["values/${name}/common.yaml", "values/${name}/{{environment}}.yaml", {set: "host={{domain}}"}]\n  environments: {dev: {}, staging: {}, prod: {timeout: 10m}}\n`,
    );
    write(`values/${name}/common.yaml`, settings(name, index));
    for (const environment of environments) write(`values/${name}/${environment}.yaml`, `replicaCount: ${index}\n`);
  }
  commit('Begin');
  return { write, commit };
}
