import './tracing';
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { FlagdProvider } from '@openfeature/flagd-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { createClient } from 'redis';
import { cart } from './routes/cart';
import { products } from './routes/products';

const app = express();
const port = Number(process.env.PORT || 3000);
const redis = createClient({ url: process.env.REDIS_URL, socket: { connectTimeout: 2000 } });

app.use(express.json());
app.use(
  session({
    store: new RedisStore({ client: redis }),
    secret: process.env.SESSION_SECRET ?? 'larkfield',
    resave: false,
    saveUninitialized: true,
    cookie: { maxAge: 7 * 24 * 60 * 60 * 1000 },
  }),
);

app.get('/livez', (_req, res) => {
  res.send('ok');
});
app.get('/readyz', (_req, res) => {
  res.sendStatus(redis.isReady ? 200 : 503);
});
app.use('/products', products);
app.use('/cart', cart);

OpenFeature.setProvider(new FlagdProvider());
void redis.connect();

const server = app.listen(port, () => {
  console.log(`web listens on ${port}`);
});

process.on('SIGTERM', () => {
  server.close(async () => {
    await Promise.all([redis.quit(), OpenFeature.close()]);
    process.exit(0);
  });
});
