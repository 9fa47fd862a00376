import './tracing';
import Fastify from 'fastify';
import { pool } from './database';
import { products } from './products';

const app = Fastify({ logger: true, requestTimeout: 10_000 });

app.get('/livez', async () => ({ status: 'ok' }));
app.get('/readyz', async () => {
  await pool.query('SELECT 1');
  return { status: 'ok' };
});
app.register(products, { prefix: '/products' });

const close = async () => {
  await app.close();
  await pool.end();
};
process.on('SIGTERM', close);
process.on('SIGINT', close);

app.listen({ host: '0.0.0.0', port: 4000 });
