import type { FastifyInstance } from 'fastify';
import { pool } from './database';
import { toProduct, type Row } from './product';

const all = 'SELECT slug, name, price_cents, stock FROM products';

export async function products(app: FastifyInstance) {
  app.get<{ Querystring: { slugs?: string } }>('/', async ({ query: { slugs } }) => {
    const { rows } = slugs
      ? await pool.query<Row>(`${all} WHERE slug = ANY($1)`, [slugs.split(',')])
      : await pool.query<Row>(`${all} ORDER BY name`);
    return rows.map(toProduct);
  });

  app.get<{ Params: { slug: string } }>('/:slug', async (request, reply) => {
    const { rows } = await pool.query<Row>(`${all} WHERE slug = $1`, [request.params.slug]);
    return rows[0] ? toProduct(rows[0]) : reply.code(404).send();
  });
}
