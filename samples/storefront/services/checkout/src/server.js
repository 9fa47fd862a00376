const Koa = require('koa');
const bodyParser = require('koa-bodyparser');
const { FlagdProvider } = require('@openfeature/flagd-provider');
const { OpenFeature } = require('@openfeature/server-sdk');
const metrics = require('./metrics');
const orders = require('./orders');

process.on('uncaughtException', (error) => console.error(error));

OpenFeature.setProvider(new FlagdProvider());

const app = new Koa();
app.use(bodyParser());
app.use(metrics.router.routes());
app.use(orders.routes());
app.use(orders.allowedMethods());

app.listen(process.env.PORT || 5000);
