#!/usr/bin/env bash
# Loads every grower's list (slug,price_cents) and updates the prices of the plants we have.
set -euo pipefail

for list in $PRICE_LISTS; do
  curl --fail --silent --max-time 60 "$list" > prices.csv
  psql "$DATABASE_URL" --set ON_ERROR_STOP=1 <<'SQL'
CREATE TEMP TABLE prices (slug text, price_cents integer);
\copy prices FROM 'prices.csv' WITH (FORMAT csv, HEADER)
UPDATE products SET price_cents = prices.price_cents FROM prices WHERE products.slug = prices.slug;
SQL
done
