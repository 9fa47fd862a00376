CREATE INDEX CONCURRENTLY orders_customer_email ON orders (customer_email);
