import { push } from '../groups.ts';
/** Items by what they have in common, in the order they came. `Map.groupBy` is not in every Node that is supported. */
export function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    push(groups, key, item);
  }
  return groups;
}
