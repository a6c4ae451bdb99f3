// Downloads from a server on this machine that drops connections, sends wrong bytes, lies and hangs.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DownloadOptions, download } from '../../src/data/download.js';
import { temporaryFolder } from '../support/temporary.js';
import { Loopback, serving } from './loopback.js';

const FILE = Buffer.from(Uint8Array.from({ length: 10_000 }, (_, i) => (i * 31 + (i >> 8)) % 256));
const OTHER = Buffer.from(FILE).fill(7, 4000, 4100);

const base = temporaryFolder();
const server = new Loopback();
let address = '';
let path = '';
beforeAll(async () => {
  address = await server.listen();
});
afterAll(() => server.close());
beforeEach(() => {
  server.forget();
  path = join(mkdtempSync(join(base, 'target-')), 'deep', 'file.gz');
});

const fetched = (options: Partial<DownloadOptions> = {}) =>
  download({
    path,
    url: `${address}/file.gz`,
    bytes: FILE.length,
    sha256: createHash('sha256').update(FILE).digest('hex'),
    attempts: 3,
    pause: 1,
    ...options,
  });

/** The file is there, whole, and nothing beside it. */
function expectWhole(): void {
  expect(readFileSync(path).equals(FILE)).toBe(true);
  expect(existsSync(`${path}.partial`)).toBe(false);
}

async function expectRefused(message: string, options: Partial<DownloadOptions> = {}) {
  await expect(fetched(options)).rejects.toMatchObject({
    code: 'ERR_DOWNLOAD',
    message: expect.stringContaining(`${address}/file.gz: ${message}`),
  });
  expect(existsSync(path)).toBe(false);
}

async function leavePartial(bytes: Buffer): Promise<void> {
  server.behaviour = serving(FILE, 1);
  await fetched({ attempts: 1 }).catch(() => {});
  writeFileSync(`${path}.partial`, bytes);
  server.forget();
}

describe('the file comes whole', () => {
  test('at once, and says how far it is', async () => {
    server.behaviour = serving(FILE);
    const seen: number[] = [];
    await fetched({ onBytes: (have) => seen.push(have) });
    expectWhole();
    expect([seen[0], seen.at(-1)]).toEqual([0, FILE.length]);
  });

  test('from a server that hangs up again and again, byte by byte where it ended', async () => {
    server.behaviour = serving(FILE, 2500);
    await fetched();
    expectWhole();
    expect(server.ranges).toEqual(['', 'bytes=2500-', 'bytes=5000-', 'bytes=7500-']);
  });

  test('from where an earlier process ended', async () => {
    await leavePartial(FILE.subarray(0, 6000));
    server.behaviour = serving(FILE);
    await fetched();
    expectWhole();
    expect(server.ranges).toEqual(['bytes=6000-']);
  });

  test('without a request, when an earlier process only lacked the last step', async () => {
    await leavePartial(FILE);
    await fetched();
    expectWhole();
    expect(server.ranges).toEqual([]);
  });

  test('from its beginning, when what was there before is of another version', async () => {
    await leavePartial(OTHER.subarray(0, 6000));
    server.behaviour = serving(FILE);
    await fetched();
    expectWhole();
    expect(server.ranges).toEqual(['bytes=6000-', '']);
  });

  test('from its beginning, when the server knows no ranges', async () => {
    await leavePartial(FILE.subarray(0, 6000));
    server.behaviour = (_, response) => response.end(FILE);
    await fetched();
    expectWhole();
  });

  test('by redirections, to where it goes on', async () => {
    server.behaviour = (request, response) => {
      if (request.url !== '/moved') response.writeHead(302, { location: '/moved' }).end();
      else serving(FILE, 6000)(request, response);
    };
    await fetched();
    expectWhole();
    expect(server.ranges).toEqual(['', '', 'bytes=6000-', 'bytes=6000-']);
  });

  test('after a server was busy', async () => {
    server.behaviour = (_, response) => {
      server.behaviour = serving(FILE);
      response.writeHead(503).end();
    };
    await fetched();
    expectWhole();
  });
});

describe('it is given up, and said why, when the server', () => {
  test('sends other bytes', async () => {
    server.behaviour = serving(OTHER);
    await expectRefused('what came is not the published file');
    expect(existsSync(`${path}.partial`)).toBe(false);
    expect(server.ranges).toEqual(['']);
  });

  test('has not got it', async () => {
    server.behaviour = (_, response) => response.writeHead(404).end();
    await expectRefused('it answers 404 Not Found');
    expect(server.ranges).toEqual(['']);
  });

  test('stays busy', async () => {
    server.behaviour = (_, response) => response.writeHead(503).end();
    await expectRefused('it answers 503 Service Unavailable');
    expect(server.ranges).toEqual(['', '', '']);
  });

  test.each([9_000, 11_000])('says it has %d bytes', async (length) => {
    server.behaviour = (_, response) => {
      response.writeHead(200, { 'content-length': length });
      response.write(FILE.subarray(0, 9_000), () => response.destroy());
    };
    await expectRefused(`it has ${length} bytes where the published file has 10000`);
  });

  test('says so when it is asked to go on', async () => {
    await leavePartial(FILE.subarray(0, 6000));
    server.behaviour = serving(Buffer.concat([FILE, FILE]));
    await expectRefused('it has 20000 bytes where the published file has 10000');
  });

  test('sends more than it should', async () => {
    server.behaviour = (_, response) => {
      response.write(FILE);
      response.end('more');
    };
    await expectRefused('more comes than the 10000 bytes of the published file');
  });

  test('ends before it should, each time', async () => {
    server.behaviour = (_, response) => {
      response.write(FILE.subarray(0, 4000));
      response.end();
    };
    await expectRefused('it ends after 4000 of 10000 bytes');
  });

  test('sends another part than was asked for', async () => {
    await leavePartial(FILE.subarray(0, 6000));
    server.behaviour = (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-9999/10000' }).end(FILE);
    };
    await expectRefused('it sends the range "bytes 0-9999/10000", not from 6000 on');
  });

  test('compresses it on the way', async () => {
    server.behaviour = (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(FILE);
    };
    await expectRefused('it is sent encoded as gzip');
  });

  test('says nothing', async () => {
    server.behaviour = () => {};
    await expectRefused('nothing came for 0.05 s', { patience: 50, attempts: 2 });
  });

  test('stops in the middle', async () => {
    server.behaviour = (_, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      response.write(FILE.subarray(0, 100));
    };
    await expectRefused('nothing came for 0.05 s', { patience: 50, attempts: 1 });
  });

  test('redirects in a circle', async () => {
    server.behaviour = (_, response) => response.writeHead(302, { location: '/' }).end();
    await expectRefused('fetch failed: redirect count exceeded', { attempts: 1 });
  });
});

test('a server that is not there is named', async () => {
  const other = new Loopback();
  const url = await other.listen();
  other.close();
  await expect(fetched({ url, attempts: 2 })).rejects.toThrow(
    /^http:.*fetch failed: .*ECONNREFUSED/,
  );
});

test('what is no address is refused', async () => {
  await expect(fetched({ url: 'server/file' })).rejects.toThrow(
    'server/file: no address of a server',
  );
});

test('a signal ends it at once; what has come stays', async () => {
  const stop = new AbortController();
  server.behaviour = (_, response) => {
    response.writeHead(200, { 'content-length': FILE.length });
    response.write(FILE.subarray(0, 4000));
  };
  const onBytes = (have: number) => {
    if (have === 4000) stop.abort(new Error('stopped'));
  };
  await expect(fetched({ signal: stop.signal, onBytes })).rejects.toThrow('stopped');
  expect(readFileSync(`${path}.partial`).equals(FILE.subarray(0, 4000))).toBe(true);
});

test('a place that cannot be written to is no fault of the server', async () => {
  writeFileSync(join(base, 'file'), '');
  server.behaviour = serving(FILE);
  await expect(fetched({ path: join(base, 'file', 'deep', 'x') })).rejects.toMatchObject({
    code: 'ENOTDIR',
  });
  expect(server.ranges).toEqual([]);
});
