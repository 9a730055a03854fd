/** The entry of a table under a key that somebody wrote: `toString` and its like, which every object has, are none. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
