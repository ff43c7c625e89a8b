/** Writes: create, replace, server-side apply, patches, deletions. A write is repeated only where that cannot hurt. */
import { writeExactJson } from '../base/exact-json.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import type { DeleteOptions, ObjectReference, Patch, WriteOptions } from './cluster-client.ts';
import { completer, metadataAccept } from './read-objects.ts';
import { type PathParts, resourcePath } from './resource-path.ts';
import { forgetIfGone, inServedVersion, parseBody, placeOf, requireResource, type Session } from './session.ts';

type Write =
  | { verb: 'create'; method: 'POST'; options: WriteOptions }
  | { verb: 'update'; method: 'PUT'; options: WriteOptions }
  | { verb: 'apply'; method: 'PATCH'; options: WriteOptions & { force?: boolean } };

export async function write(
  session: Session,
  object: KubernetesObject,
  { verb, method, options }: Write,
): Promise<KubernetesObject> {
  const { name, generateName, namespace } = object.metadata;
  const what = `${verb} ${object.kind}/${name ?? `${generateName}*`}`;
  const resource = await requireResource(session, object, what);
  const place = placeOf(resource, { ...object, namespace, name: name ?? '' }, what);
  const path = resourcePath(resource, {
    namespace: place.namespace,
    ...(verb === 'create' ? {} : { name: place.name }),
    subresource: options.subresource,
    query: {
      ...writeQuery(options),
      force: verb === 'apply' ? ((options as { force?: boolean }).force ?? true) : undefined,
    },
  });
  try {
    const answer = await session.send({
      ...{ method, path, what, signal: options.signal, body: writeExactJson(object) },
      contentType: verb === 'apply' ? 'application/apply-patch+yaml' : 'application/json',
      repeatable: verb === 'apply' || options.dryRun === true,
      ...(options.answerMetadata ? { accept: metadataAccept('PartialObjectMetadata') } : {}),
    });
    const written = parseBody(answer) as KubernetesObject;
    return options.answerMetadata ? completer(object)(written) : written;
  } catch (error) {
    forgetIfGone(session, object, error);
    throw error;
  }
}

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export async function patchObject(
  session: Session,
  { target, patch, options }: { target: ObjectReference; patch: Patch; options: WriteOptions },
): Promise<KubernetesObject> {
  const what = `patch ${target.kind}/${target.name}`;
  const resource = await requireResource(session, target, what);
  const path = resourcePath(resource, {
    ...placeOf(resource, target, what),
    subresource: options.subresource,
    query: writeQuery(options),
  });
  const body = writeExactJson(patch.body);
  const contentType = patchTypes[patch.type];
  return parseBody(
    await session.send({ method: 'PATCH', path, what, signal: options.signal, body, contentType }),
  ) as KubernetesObject;
}

export async function deleteObject(
  session: Session,
  target: ObjectReference,
  options: DeleteOptions,
): Promise<boolean> {
  const what = `delete ${target.kind}/${target.name}`;
  const body = JSON.stringify({
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: options.propagation ?? 'Background',
    ...(options.preconditions === undefined ? {} : { preconditions: options.preconditions }),
    ...(options.dryRun ? { dryRun: ['All'] } : {}),
  });
  const deleted = await inServedVersion(session, target, async (resource) => {
    const path = resourcePath(resource, placeOf(resource, target, what));
    await session.send({ method: 'DELETE', path, what, signal: options.signal, body, repeatable: true });
    return true;
  });
  return deleted ?? false;
}

function writeQuery(options: WriteOptions): NonNullable<PathParts['query']> {
  const { fieldManager, fieldValidation, dryRun } = options;
  return { fieldManager, fieldValidation, dryRun: dryRun ? 'All' : undefined };
}
