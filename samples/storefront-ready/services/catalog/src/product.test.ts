import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toProduct } from './product';

test('a product without stock is not available', () => {
  const row = { slug: 'fern', name: 'Boston fern', price_cents: 1490, stock: 0 };
  assert.equal(toProduct(row).available, false);
});
