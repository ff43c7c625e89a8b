/**
 * Streams changes of a collection: from a resourceVersion, or from the present state first. Ends with 410 where the past is
 * no longer known, sends bookmarks, and tells an object that leaves or enters the selection as deleted or added.
 */
import type { ServerResponse } from 'node:http';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ApiContext } from '../api/api-context.ts';
import type { ObjectFilter } from '../api/label-selector.ts';
import { StatusError, statusBody } from '../api/status-error.ts';
import { shownAs } from '../resources/convert-version.ts';
import { groupVersion } from '../resources/resource-type.ts';
import type { StoreEvent } from '../store.ts';
import { type ListTarget, selectionOf } from './list-objects.ts';
import { badRevision, listOptions, parseRevision } from './list-options.ts';
import { representObject, type View } from './represent.ts';

export interface WatchRequest {
  readonly target: ListTarget;
  readonly view: View;
  readonly query: URLSearchParams;
}

/** Milliseconds between bookmarks. */
const bookmarkInterval = 60_000;
/** A watcher that reads nothing while this many bytes wait is dropped. */
const mostWaiting = 64 * 1024 * 1024;

export function watchObjects(context: ApiContext, request: WatchRequest, response: ServerResponse): void {
  const { target, view, query } = request;
  const { resourceVersion: from, initialEvents } = listOptions(query, true);
  const { filter, name } = selectionOf(query, target.type);
  const initial = from === '' || from === '0' || initialEvents;
  if (from !== '') parseRevision(from, (why) => badRevision(from, why));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  const stream = createStream(response, view);
  const concerns = (event: StoreEvent): boolean =>
    event.resource === target.type.storedAs &&
    (target.namespace === '' || event.object.metadata.namespace === target.namespace) &&
    (name === undefined || event.object.metadata.name === name);
  const shown = (object: KubernetesObject): KubernetesObject => shownAs(object, target.type, target.version);

  if (initial) sendInitial(context, request, { stream, filter });
  else {
    const missed = context.objects.since(Number(from));
    if (missed === undefined) {
      stream.fail(tooOld(from, context.objects.revision));
      return;
    }
    for (const event of missed) if (concerns(event)) sendEvent(stream, event, { filter, shown });
  }
  stream.flush();
  const unsubscribe = context.objects.subscribe((event) => {
    // Whoever writes must not suffer from who watches.
    try {
      if (concerns(event)) sendEvent(stream, event, { filter, shown });
    } catch (error) {
      response.destroy(error instanceof Error ? error : undefined);
    }
  });
  const bookmarks = query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1';
  const bookmark = (): void => {
    if (bookmarks) stream.bookmark(context.objects.revision, groupVersion(target.type.group, target.version));
  };
  const timer = setInterval(bookmark, bookmarkInterval);
  const timeout = Number(query.get('timeoutSeconds') ?? 0) || 1800 + Math.floor(Math.random() * 1800);
  const end = setTimeout(() => {
    bookmark();
    response.end();
  }, timeout * 1000);
  response.on('close', () => {
    unsubscribe();
    clearInterval(timer);
    clearTimeout(end);
  });
}

function tooOld(from: string, current: number): StatusError {
  return new StatusError(410, 'Expired', `too old resource version: ${from} (${current})`);
}

interface EventStream {
  send(type: string, object: KubernetesObject): void;
  bookmark(revision: number, apiVersion: string, annotations?: Record<string, string>): void;
  fail(error: StatusError): void;
  flush(): void;
}

/** Writes of one turn leave together. */
function createStream(response: ServerResponse, view: View): EventStream {
  let waiting = '';
  let planned = false;
  let first = true;
  const flush = (): void => {
    planned = false;
    if (waiting === '' || response.writableEnded) return;
    response.write(waiting);
    waiting = '';
    if (response.writableLength > mostWaiting) response.destroy();
  };
  const line = (type: string, text: string): void => {
    waiting += `{"type":"${type}","object":${text}}\n`;
    if (planned) return;
    planned = true;
    queueMicrotask(flush);
  };
  return {
    send(type, object) {
      line(type, representObject(object, view, first));
      first = false;
    },
    bookmark(revision, apiVersion, annotations) {
      const metadata = {
        resourceVersion: String(revision),
        creationTimestamp: null,
        ...(annotations === undefined ? {} : { annotations }),
      };
      const kind = view.representation === 'metadata' ? 'PartialObjectMetadata' : view.type.kind;
      const version = view.representation === 'metadata' ? 'meta.k8s.io/v1' : apiVersion;
      if (view.representation === 'table') {
        line(
          'BOOKMARK',
          JSON.stringify({
            kind: 'Table',
            apiVersion: 'meta.k8s.io/v1',
            metadata: { resourceVersion: String(revision) },
            columnDefinitions: null,
            rows: [],
          }),
        );
        return;
      }
      line('BOOKMARK', JSON.stringify({ kind, apiVersion: version, metadata }));
    },
    fail(error) {
      line('ERROR', JSON.stringify(statusBody(error)));
      flush();
      response.end();
    },
    flush() {
      response.flushHeaders();
      flush();
    },
  };
}

function sendInitial(
  context: ApiContext,
  { target, query }: WatchRequest,
  to: { stream: EventStream; filter: ObjectFilter | undefined },
): void {
  const objects = context.objects.list(
    target.type.storedAs,
    target.namespace === '' ? {} : { namespace: target.namespace },
  );
  for (const object of objects) {
    const shown = shownAs(object, target.type, target.version);
    if (to.filter === undefined || to.filter(shown)) to.stream.send('ADDED', shown);
  }
  if (query.get('sendInitialEvents') !== 'true') return;
  to.stream.bookmark(context.objects.revision, groupVersion(target.type.group, target.version), {
    'k8s.io/initial-events-end': 'true',
  });
}

function sendEvent(
  stream: EventStream,
  event: StoreEvent,
  { filter, shown }: { filter: ObjectFilter | undefined; shown: (object: KubernetesObject) => KubernetesObject },
): void {
  const object = shown(event.object);
  if (filter === undefined) {
    stream.send(event.type, object);
    return;
  }
  const now = event.type !== 'DELETED' && filter(object);
  const before = event.previous !== undefined && filter(shown(event.previous));
  if (now) stream.send(before ? 'MODIFIED' : 'ADDED', object);
  else if (before) stream.send('DELETED', object);
}
