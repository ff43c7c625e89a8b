/** What a request is answered with: the API, and the things that only speaking HTTP needs. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from '../access/user.ts';
import type { ApiContext } from '../api/api-context.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import type { Access } from './authenticate.ts';
import type { ListObjects } from './list-objects.ts';
import type { RequestTarget } from './parse-request.ts';

export interface ServerContext extends Access {
  readonly api: ApiContext;
  readonly list: ListObjects;
  /** `127.0.0.1:6443` */
  readonly address: () => string;
}

/** One request to a resource that is served. */
export interface Exchange {
  readonly server: ServerContext;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly user: User;
  readonly type: ResourceType;
  readonly target: RequestTarget;
}
