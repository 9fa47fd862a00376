CREATE TABLE subscribers (
  email        text PRIMARY KEY,
  confirmed_at timestamptz
);
