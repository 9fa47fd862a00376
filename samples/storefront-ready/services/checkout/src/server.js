const Koa = require('koa');
const bodyParser = require('koa-bodyparser');
const { FlagdProvider } = require('@openfeature/flagd-provider');
const { OpenFeature } = require('@openfeature/server-sdk');
const database = require('./database');
const health = require('./health');
const metrics = require('./metrics');
const orders = require('./orders');

OpenFeature.setProvider(new FlagdProvider());

const app = new Koa();
app.use(bodyParser());
app.use(health.routes());
app.use(metrics.router.routes());
app.use(orders.routes());
app.use(orders.allowedMethods());

const server = app.listen(process.env.PORT || 5000);

process.on('SIGTERM', () => {
  server.close(async () => {
    await Promise.all([database.end(), OpenFeature.close()]);
    process.exit(0);
  });
});
