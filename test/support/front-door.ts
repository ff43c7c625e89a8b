/**
 * A server with TLS of its own in front of an API server, as a company's gateway or Rancher is: decides whom it lets in,
 * and passes on what it lets in with the credentials of the kubeconfig that it was given.
 */
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Agent } from 'undici';
import { connectionOf, readKubeContext } from '../../src/foundation/cluster/kubeconfig.ts';
import { makeCertificate, type TestCertificate } from './make-certificate.ts';

export interface Visit {
  readonly token: string | undefined;
  /** Common name of the client's certificate, whoever signed it; undefined without one. */
  readonly certificate: string | undefined;
  readonly path: string;
}

export interface FrontDoor extends AsyncDisposable {
  readonly port: number;
  readonly certificate: TestCertificate;
  readonly visits: Visit[];
  /** A status instead of an answer; undefined lets in. */
  admit: (visit: Visit) => number | undefined;
}

export interface DoorOptions {
  /** Of the API server behind. */
  readonly kubeconfig: string;
  /** What paths begin with here, and not behind. */
  readonly prefix?: string;
  readonly certificate?: TestCertificate;
}

export async function openFrontDoor(options: DoorOptions): Promise<FrontDoor> {
  const { kubeconfig, prefix = '', certificate = makeCertificate() } = options;
  const behind = await connectionOf(await readKubeContext(kubeconfig));
  const agent = new Agent({ connect: { ca: behind.tls.ca ?? '' } });
  const visits: Visit[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(
    { ...certificate, requestCert: true, rejectUnauthorized: false },
    async (request, answer) => {
      const visit = {
        token: request.headers.authorization?.replace('Bearer ', ''),
        certificate: (request.socket as TLSSocket).getPeerCertificate()?.subject?.CN?.toString(),
        path: request.url ?? '',
      };
      visits.push(visit);
      const refusal = visit.path.startsWith(prefix) ? door.admit(visit) : 404;
      if (refusal !== undefined) {
        answer.writeHead(refusal, { 'content-type': 'application/json' });
        return answer.end(
          JSON.stringify({ kind: 'Status', reason: reasons[refusal] ?? '', message: `door: ${refusal}` }),
        );
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      try {
        const {
          statusCode,
          headers: given,
          body,
        } = await agent.request({
          origin: behind.server,
          path: visit.path.slice(prefix.length),
          method: (request.method ?? 'GET') as 'GET',
          headers: { ...headers, ...(behind.authorization ? { authorization: behind.authorization } : {}) },
          body: chunks.length > 0 ? Buffer.concat(chunks) : null,
        });
        const { 'transfer-encoding': ____, ...rest } = given;
        answer.writeHead(statusCode, rest);
        answer.flushHeaders();
        answer.on('close', () => body.destroy());
        body.on('error', () => answer.destroy()).pipe(answer);
      } catch {
        answer.destroy();
      }
    },
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const door: FrontDoor = {
    port: (server.address() as AddressInfo).port,
    certificate,
    visits,
    admit: () => undefined,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
      await agent.destroy();
    },
  };
  return door;
}

const reasons: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound' };
