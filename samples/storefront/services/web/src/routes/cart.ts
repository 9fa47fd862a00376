import { Router } from 'express';
import { post } from '../backend';
import { track } from '../usage';

interface Line {
  slug: string;
  quantity: number;
}

declare module 'express-session' {
  interface SessionData {
    cart: Line[];
  }
}

export const cart = Router();

cart.get('/', (req, res) => {
  res.json(req.session.cart ?? []);
});

cart.post('/', (req, res) => {
  const { slug, quantity = 1 } = req.body as Line;
  req.session.cart = [...(req.session.cart ?? []), { slug, quantity }];
  track('Added To Basket', req.sessionID);
  res.status(201).json(req.session.cart);
});

cart.post('/order', async (req, res) => {
  const order = await post(`${process.env.CHECKOUT_URL}/orders`, {
    email: req.body.email,
    guest: req.body.guest,
    lines: req.session.cart ?? [],
  });
  track('Order Placed', req.sessionID);
  req.session.cart = [];
  res.status(201).json(order);
});
