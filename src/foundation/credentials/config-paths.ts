/** Where Helm, Docker and Podman keep their files, by the environment and the home folder. */
import { join } from 'node:path';

export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
}

export interface ConfigPath {
  readonly path: string;
  /** The environment names it. */
  readonly named: boolean;
}

export function helmRepositoriesPath(machine: Machine): ConfigPath {
  return named(machine.environment['HELM_REPOSITORY_CONFIG']) ?? inHelm(machine, 'repositories.yaml');
}

/** In the order in which they are asked: Helm falls back to Docker's file too; Podman's is an addition. */
export function registryConfigPaths(machine: Machine): readonly ConfigPath[] {
  const { environment, home } = machine;
  const docker = named(environment['DOCKER_CONFIG']);
  const runtime = environment['XDG_RUNTIME_DIR'];
  return [
    named(environment['HELM_REGISTRY_CONFIG']) ?? inHelm(machine, 'registry/config.json'),
    { path: join(docker?.path ?? join(home, '.docker'), 'config.json'), named: docker !== undefined },
    named(environment['REGISTRY_AUTH_FILE']),
    runtime ? { path: join(runtime, 'containers/auth.json'), named: false } : undefined,
    { path: join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers/auth.json'), named: false },
  ].filter((one) => one !== undefined);
}

/** Helm 4's rules for Linux: HELM_CONFIG_HOME, XDG_CONFIG_HOME/helm, ~/.config/helm. */
function inHelm({ environment, home }: Machine, name: string): ConfigPath {
  const own = environment['HELM_CONFIG_HOME'];
  if (own) return { path: join(own, name), named: true };
  return { path: join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'helm', name), named: false };
}

function named(path: string | undefined): ConfigPath | undefined {
  return path ? { path, named: true } : undefined;
}
