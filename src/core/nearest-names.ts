/** Up to `limit` of `names` that `wanted` may have meant: those that contain it, or differ in a third of its letters at most. */
export function nearestNames(wanted: string, names: Iterable<string>, limit = 3): string[] {
  const sought = wanted.toLowerCase()
  return [...names]
    .map(name => {
      const candidate = name.toLowerCase()
      const contained = sought.length > 1 && (candidate.includes(sought) || sought.includes(candidate))
      return { name, distance: contained ? 0 : editDistance(sought, candidate) }
    })
    .filter(({ distance }) => distance <= Math.max(1, sought.length / 3))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name)
}

/** Insertions, deletions and substitutions that turn `a` into `b` (Levenshtein, 1965). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substitution))
    }
    row = next
  }
  return row[b.length]!
}
