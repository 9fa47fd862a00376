const assert = require('node:assert/strict');
const { test } = require('node:test');
const { totalOf } = require('./total');

test('small orders pay for delivery', () => {
  assert.equal(totalOf([{ quantity: 1, priceCents: 1490 }]), 2080);
});

test('large orders are delivered for free', () => {
  assert.equal(totalOf([{ quantity: 4, priceCents: 1490 }]), 5960);
});
