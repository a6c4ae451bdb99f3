// A server on this machine that misbehaves as a test asks it to.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A server with what it was asked for: the Range of each request, '' where there was none. */
export class Loopback {
  readonly ranges: string[] = [];
  readonly paths: string[] = [];
  behaviour: Behaviour = (_, response) => response.writeHead(404).end();
  readonly #server = createServer((request, response) => {
    this.ranges.push(request.headers.range ?? '');
    this.paths.push(request.url ?? '');
    this.behaviour(request, response);
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  forget(): void {
    this.ranges.length = 0;
    this.paths.length = 0;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Serves `bytes` as servers should, ranges included. `piece` bytes a connection, if given, then hangs up. */
export function serving(bytes: Buffer, piece = bytes.length): Behaviour {
  return ({ headers }, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(headers.range ? 206 : 200, {
      'content-length': bytes.length - start,
      ...(headers.range ? { 'content-range': range } : {}),
    });
    const part = bytes.subarray(start, start + piece);
    if (start + part.length === bytes.length) response.end(part);
    else response.write(part, () => response.destroy());
  };
}
