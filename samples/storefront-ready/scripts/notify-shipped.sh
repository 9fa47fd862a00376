#!/usr/bin/env bash
# Tells customers that their order is on its way, from the carrier's list of the day (order_id,email,tracking_url).
set -euo pipefail

while IFS=, read -r order email url; do
  curl --fail --silent --max-time 30 "$MAIL_URL/send" \
    --data-urlencode "to=$email" \
    --data-urlencode "subject=Order $order is on its way" \
    --data-urlencode "text=Follow it at $url"
done < "${1:-shipped.csv}"
