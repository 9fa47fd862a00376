import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { get } from './backend';

test('a product that is not there is undefined', async () => {
  const server = createServer((_req, res) => res.writeHead(404).end()).listen(0);
  const { port } = server.address() as AddressInfo;
  assert.equal(await get(`http://localhost:${port}/products/fern`), undefined);
  server.close();
});
