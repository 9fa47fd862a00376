import { Router } from 'express';
import cron from 'node-cron';
import { Pool } from 'pg';

const pool = new Pool({ connectionString: process.env.NEWSLETTER_DATABASE_URL, connectionTimeoutMillis: 2000 });

export const newsletter = Router();

newsletter.post('/', async (req, res) => {
  await pool.query('INSERT INTO subscribers (email) VALUES ($1) ON CONFLICT DO NOTHING', [req.body.email]);
  res.status(201).end();
});

cron.schedule('0 4 * * *', () => pool.query('DELETE FROM subscribers WHERE confirmed_at IS NULL'));
