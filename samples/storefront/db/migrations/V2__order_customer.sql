ALTER TABLE orders RENAME COLUMN email TO customer_email;
ALTER TABLE orders ADD COLUMN country text NOT NULL;
CREATE INDEX orders_customer_email ON orders (customer_email);
