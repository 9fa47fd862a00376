-- The name that email gets once nothing asks for it by the old one.
ALTER TABLE orders ADD COLUMN customer_email text;
ALTER TABLE orders ADD COLUMN country text NOT NULL DEFAULT 'NL';
