/**
 * The version in a measure's name: eight hexadecimal digits that change with its definition (FNV-1a, 32 bits, of
 * the definition as JSON with sorted keys). `rules` is raised when the code counts differently than before. What people call it
 * is no part of it.
 */
export function definitionVersion(rules: number, definition: Readonly<Record<string, unknown>>): string {
  const { title: _, ...counted } = definition
  let hash = 0x811c9dc5
  for (const character of new TextEncoder().encode(`${rules}${canonical(counted)}`)) {
    hash = Math.imul(hash ^ character, 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value))
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join()}}`
}
