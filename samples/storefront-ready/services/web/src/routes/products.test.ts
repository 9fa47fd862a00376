import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import express from 'express';
import { products } from './products';

const switchFlags = (flags: Record<string, boolean>) =>
  OpenFeature.setProviderAndWait(
    new InMemoryProvider(
      Object.fromEntries(
        Object.entries(flags).map(([key, on]) => [
          key,
          { disabled: false, variants: { on: true, off: false }, defaultVariant: on ? 'on' : 'off' },
        ]),
      ),
    ),
  );

test('a product comes without others by default', async () => {
  await switchFlags({ 'product-recommendations': false });
  assert.ok(express().use('/products', products));
});

test('recommendations are asked for where they are switched on', async () => {
  await switchFlags({ 'product-recommendations': true });
  assert.ok(express().use('/products', products));
});
