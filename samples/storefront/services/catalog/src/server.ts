import './tracing';
import Fastify from 'fastify';
import { pool } from './database';
import { products } from './products';

const app = Fastify({ logger: true });

app.get('/healthz', async () => {
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
