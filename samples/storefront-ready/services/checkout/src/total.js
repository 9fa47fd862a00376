const FREE_DELIVERY_FROM = 5000;
const DELIVERY = 590;

/** What the customer pays, in cents, delivery included. */
function totalOf(lines) {
  const goods = lines.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
  return goods >= FREE_DELIVERY_FROM ? goods : goods + DELIVERY;
}

module.exports = { totalOf };
