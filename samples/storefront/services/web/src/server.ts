import express from 'express';
import session from 'express-session';
import { FlagdProvider } from '@openfeature/flagd-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import './tracing';
import { cart } from './routes/cart';
import { newsletter } from './routes/newsletter';
import { products } from './routes/products';

const app = express();
const port = Number(process.env.PORT || 3000);

app.use(express.json());
app.use(
  session({
    secret: process.env.SESSION_SECRET ?? 'larkfield',
    resave: false,
    saveUninitialized: true,
    cookie: { maxAge: 7 * 24 * 60 * 60 * 1000 },
  }),
);

app.get('/healthz', (_req, res) => {
  res.send('ok');
});
app.use('/products', products);
app.use('/cart', cart);
app.use('/newsletter', newsletter);

OpenFeature.setProvider(new FlagdProvider());

app.listen(port, () => {
  console.log(`web listens on ${port}`);
});
