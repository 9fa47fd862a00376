/** Amounts of CPU and memory as Kubernetes writes them. */

const factors: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/**
 * Cores or bytes of a quantity such as `500m`, `0.5`, `128Mi` or `1G`; undefined for anything else.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{0,9})?)([a-zA-Z]{0,2})$/.exec(text.trim()) ?? [];
  if (number === undefined || !Object.hasOwn(factors, unit)) return undefined;
  return Number(number) * factors[unit]!;
}
