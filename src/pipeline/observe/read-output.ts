/** Takes Jobs and Pods that have ended, returns what their containers wrote last; nothing for other kinds. Never writes. */
import type { CallOptions, ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { findPods, hasPods } from './find-pods.ts';
import { readList, readText } from './kinds/verdict.ts';

/** Lines of each container, and characters of all: a line may be of any length. */
const tailLines = 100;
const mostText = 16_384;

export interface ContainerOutput {
  readonly pod: string;
  readonly container: string;
  /** Undefined where it could not be read. */
  readonly text: string | undefined;
}

/** Each line of text as it was written, under the container's name where there are several. */
export async function readOutput(
  client: ClusterClient,
  objects: readonly KubernetesObject[],
  call: CallOptions,
): Promise<string> {
  const parts: ContainerOutput[] = [];
  for (const object of objects) if (hasPods(object)) parts.push(...(await containerOutputs(client, object, call)));
  const told = parts.filter(({ text }) => text !== undefined && text.trim() !== '');
  const titled = told.length > 1;
  const text = told
    .map(({ pod, container, text: wrote = '' }) =>
      titled ? `${pod} (${container}):\n${wrote.trimEnd()}` : wrote.trimEnd(),
    )
    .join('\n');
  return text.length > mostText ? `…${text.slice(-mostText)}` : text;
}

/** Of every container of every pod, those that run first in front. */
export async function containerOutputs(
  client: ClusterClient,
  workload: KubernetesObject,
  call: CallOptions,
): Promise<ContainerOutput[]> {
  const outputs: ContainerOutput[] = [];
  for (const pod of await findPods(client, workload, call)) {
    const { name = '', namespace = '' } = pod.metadata;
    for (const container of containerNames(pod)) {
      const text = await client.logs({ namespace, name }, { container, tailLines, ...call }).catch(() => undefined);
      outputs.push({ pod: name, container, text });
    }
  }
  return outputs;
}

function containerNames(pod: KubernetesObject): string[] {
  const containers = [...readList(pod, 'spec', 'initContainers'), ...readList(pod, 'spec', 'containers')];
  return containers.map((container) => readText(container, 'name') ?? '');
}
