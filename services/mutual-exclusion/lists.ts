/**
 * Lists of those that wait or are inside, in the order in which they came: a few at a time, and usually the first
 * leaves. Lists instead of maps and sets, which allocate a new table each time that the last is full of deleted
 * entries.
 */

/** Appends a number to a list, unless it is there. */
export function add(list: number[], who: number): void {
  if (!list.includes(who)) list.push(who)
}

/** Removes a number from a list. @returns whether it was there */
export function remove(list: number[], who: number): boolean {
  const place = list.indexOf(who)
  if (place >= 0) removeAt(list, place)
  return place >= 0
}

/** Removes and returns an element of a queue; undefined: it is not there. */
export function takeOut<W extends { readonly who: number }>(line: W[], who: number): W | undefined {
  for (let place = 0; place < line.length; place++) {
    const found = line[place]!
    if (found.who !== who) continue
    removeAt(line, place)
    return found
  }
  return undefined
}

/** A list that loses its last element by `pop` keeps its memory for the next one. */
function removeAt(list: unknown[], place: number): void {
  if (place === list.length - 1) list.pop()
  else if (place === 0) list.shift()
  else list.splice(place, 1)
}
