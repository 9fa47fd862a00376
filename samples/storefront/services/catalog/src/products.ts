import type { FastifyInstance } from 'fastify';
import { pool } from './database';
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
    return rows[0] ? toProduct(rows[0]) : reply.code(404).send();
  });
}
