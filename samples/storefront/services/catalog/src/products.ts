import type { FastifyInstance } from 'fastify';
import { pool } from './database';
import { reserved } from './reserved';
import { toProduct, type Row } from './product';

export async function products(app: FastifyInstance) {
  app.get('/', async () => {
    const { rows } = await pool.query<Row>('SELECT slug, name, price_cents, stock FROM products ORDER BY name');
    return rows.map(toProduct);
  });

  app.get<{ Params: { slug: string } }>('/:slug', async (request, reply) => {
    const { rows } = await pool.query<Row>(
      'SELECT slug, name, price_cents, stock FROM products WHERE slug = $1',
      [request.params.slug],
    );
    if (!rows[0]) return reply.code(404).send();
    const stock = rows[0].stock - (await reserved());
    return toProduct({ ...rows[0], stock });
  });
}
