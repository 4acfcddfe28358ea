const longestBytes = 200
const nothing = 'upload'

/** What could be taken for a folder, ends a line, or turns the direction of writing, as in `photo\u202Egpj.exe`. */
const unfit = /[/\\\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/gu

/**
 * The name that a sender gave, as it is shown and kept. It stays text: it never becomes part of a path, and what is unfit
 * in it becomes `_`, so that `../../etc/passwd` is `.._.._etc_passwd`.
 */
export function givenName(name: string | null | undefined): string {
  const shown = (name ?? '').toWellFormed().replace(unfit, '_').trim()
  if (/^\.{0,2}$/.test(shown)) return nothing
  let fitting = shown
  while (Buffer.byteLength(fitting) > longestBytes) fitting = [...fitting].slice(0, -1).join('')
  return fitting
}
