export interface Row {
  slug: string;
  name: string;
  price_cents: number;
  stock: number;
}

export function toProduct({ slug, name, price_cents, stock }: Row) {
  return { slug, name, priceCents: price_cents, available: stock > 0 };
}
