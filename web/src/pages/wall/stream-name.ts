const longest = 63

/** A name that no stream of `taken` has, after what people call it: `Front door` gives `front-door`, then `front-door-2`. */
export function streamNameOf(title: string, taken: readonly string[]): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const wanted = plain.slice(0, longest - 4).replace(/-+$/, '') || 'camera'
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`
    if (!taken.includes(name)) return name
  }
}
