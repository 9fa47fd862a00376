import { Router } from 'express';
import { OpenFeature } from '@openfeature/server-sdk';
import { get } from '../backend';
import type { Product } from '../backend';

export const products = Router();
const flags = OpenFeature.getClient();

products.get('/', async (_req, res) => {
  res.json(await get<Product[]>(`${process.env.CATALOG_URL}/products`));
});

products.get('/compare', async (req, res) => {
  const slugs = String(req.query.slugs).split(',');
  const answers = await Promise.all(slugs.map((slug) => fetch(`${process.env.CATALOG_URL}/products/${slug}`)));
  res.json(await Promise.all(answers.map((answer) => answer.json())));
});

products.get('/:slug', async (req, res) => {
  const product = await get<Product>(`${process.env.CATALOG_URL}/products/${req.params.slug}`);
  if (!product) {
    res.sendStatus(404);
    return;
  }
  let related: Product[] = [];
  if (await flags.getBooleanValue('product-recommendations', false, { targetingKey: req.sessionID })) {
    related = (await get<Product[]>(`${process.env.RECOMMENDATIONS_URL}/for/${product.slug}`)) ?? [];
  }
  res.json({ ...product, related });
});
