/** Those whose name has every word of `text` in it, wherever; those that begin with it first. All, where nothing is asked for. */
export function matching<Item>(text: string, items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = items.filter(item => words.every(word => nameOf(item).toLowerCase().includes(word)))
  const begins = (item: Item) => words.length > 0 && nameOf(item).toLowerCase().startsWith(words[0]!)
  return [...found.filter(begins), ...found.filter(item => !begins(item))]
}
