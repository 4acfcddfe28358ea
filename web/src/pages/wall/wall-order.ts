/** As much of a stream as its place on the wall depends on. */
export interface Placed {
  readonly name: string
  readonly title: string
  readonly site: string | null
}

export interface WallGroup<Stream extends Placed> {
  /** Of a place; null for those that have none. */
  readonly site: string | null
  readonly streams: readonly Stream[]
}

/** The demo first, then one's own camera, then the others by what they are called; but as somebody arranged them, where they did. */
export function arranged<Stream extends Placed>(
  streams: readonly Stream[],
  order: readonly string[]
): readonly Stream[] {
  const place = ({ name }: Stream) =>
    (order.indexOf(name) + 1 || order.length + 1) * 10 + (usual.indexOf(name) + 1 || 9)
  return [...streams].sort(
    (a, b) => place(a) - place(b) || a.title.localeCompare(b.title) || (a.name < b.name ? -1 : 1)
  )
}

const usual = ['demo', 'camera']

/** By place, in the order of the first stream of each. */
export function grouped<Stream extends Placed>(streams: readonly Stream[]): readonly WallGroup<Stream>[] {
  const groups = Map.groupBy(streams, ({ site }) => site)
  return [...groups].map(([site, members]) => ({ site, streams: members }))
}

/** The order with `moved` at the place of `target`: behind it where it came from before it, else before it. */
export function movedTo(names: readonly string[], moved: string, target: string): readonly string[] {
  const to = names.indexOf(target)
  if (moved === target || to < 0) return names
  const others = names.filter(name => name !== moved)
  return [...others.slice(0, to), moved, ...others.slice(to)]
}
