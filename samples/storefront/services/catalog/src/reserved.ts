/** How many orders are not paid yet: each may still take one of what is left. */
export async function reserved(): Promise<number> {
  const response = await fetch(`${process.env.CHECKOUT_URL}/orders/open`, { signal: AbortSignal.timeout(1000) });
  const { quantity } = (await response.json()) as { quantity: number };
  return quantity;
}
