#!/usr/bin/env bash
# Refunds one order in full: scripts/refund-order.sh ORDER_ID
set -euo pipefail

payment=$(psql "$DATABASE_URL" --tuples-only --no-align --set id="$1" <<<'SELECT payment_id FROM orders WHERE id = :id')
curl --fail --silent --max-time 30 --request POST "$PAYMENTS_URL/v1/charges/$payment/refunds" \
  --header "Authorization: Bearer $PAYMENTS_KEY"
