const Router = require('@koa/router');
const { OpenFeature } = require('@openfeature/server-sdk');
const database = require('./database');
const metrics = require('./metrics');
const payments = require('./payments');
const { totalOf } = require('./total');

const router = new Router();
const flags = OpenFeature.getClient();

router.post('/orders', async (ctx) => {
  const { email, lines, card } = ctx.request.body;
  if (!email) ctx.throw(400, 'an order needs an e-mail address');

  const express = await flags.getBooleanValue('express-payment', false, { email });
  const total = totalOf(await payments.prices(lines));
  const payment = await payments.charge({ email, card, total, express });
  metrics.payments.inc({ result: payment.status });

  const { rows } = await database.query(
    'INSERT INTO orders (email, total_cents, payment_id) VALUES ($1, $2, $3) RETURNING id',
    [email, total, payment.id],
  );
  ctx.status = 201;
  ctx.body = { id: rows[0].id, total };
});

module.exports = router;
