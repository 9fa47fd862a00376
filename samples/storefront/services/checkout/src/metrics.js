const Router = require('@koa/router');
const { Counter, register } = require('prom-client');

const router = new Router();

const payments = new Counter({
  name: 'checkout_payments_total',
  help: 'Payments, by result',
  labelNames: ['result'],
});

const refunds = new Counter({ name: 'checkout_refunded_total', help: 'Orders that were paid back' });

router.get('/metrics', async (ctx) => {
  ctx.type = register.contentType;
  ctx.body = await register.metrics();
});

module.exports = { router, payments, refunds };
