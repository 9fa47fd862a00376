/** Values by what they have in common, in the order they came. */

/** Adds a value to the group of its key. */
export function push<Key, T>(groups: Map<Key, T[]>, key: Key, value: T): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}

/** Groups values by a key; those without one are left out. `Map.groupBy` is not in every Node that is supported. */
export function groupBy<T, Key>(values: Iterable<T>, keyOf: (value: T) => Key | undefined): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    if (key !== undefined) push(groups, key, value);
  }
  return groups;
}
