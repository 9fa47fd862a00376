const Router = require('@koa/router');
const database = require('./database');

const router = new Router();

/** The process runs. */
router.get('/livez', (ctx) => {
  ctx.body = 'ok';
});

/** It can take orders: without the database it cannot. */
router.get('/readyz', async (ctx) => {
  await database.query('SELECT 1');
  ctx.body = 'ok';
});

module.exports = router;
