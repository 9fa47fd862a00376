const Router = require('@koa/router');
const { OpenFeature } = require('@openfeature/server-sdk');
const { Pool } = require('pg');
const metrics = require('./metrics');
const payments = require('./payments');
const { totalOf } = require('./total');

const router = new Router();
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const flags = OpenFeature.getClient();

router.post('/orders', async (ctx) => {
  const { email, guest, lines, card } = ctx.request.body;

  if (await flags.getBooleanValue('guest-checkout', false, { email })) {
    if (!email) ctx.throw(400, 'an order needs an e-mail address');
  } else {
    if (guest) ctx.throw(401, 'please sign in first');
  }

  const express = await flags.getBooleanValue('express-pay', 'off', { email });
  const total = totalOf(await payments.prices(lines));
  console.log('charging', email, total);
  const payment = await payments.charge({ email, card, total, express });
  metrics.payments.inc({ result: payment.status });

  const { rows } = await pool.query(
    'INSERT INTO orders (email, total_cents, payment_id) VALUES ($1, $2, $3) RETURNING id',
    [email, total, payment.id],
  );
  console.log('order', rows[0].id, 'of', email);
  ctx.status = 201;
  ctx.body = { id: rows[0].id, total };
});

router.get('/orders/open', async (ctx) => {
  const { rows } = await pool.query('SELECT count(*)::int AS quantity FROM orders WHERE payment_id IS NULL');
  ctx.body = rows[0];
});

module.exports = router;
