const key = 'sightline-recent'
const mostKept = 6

/** Keys of what was gone to or done last, the last first. They stay in this browser. */
export function recentCommands(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter(each => typeof each === 'string').slice(0, mostKept) : []
  } catch {
    return []
  }
}

export function rememberCommand(command: string): void {
  try {
    localStorage.setItem(key, JSON.stringify(withLast(recentCommands(), command)))
  } catch {
    // A browser that keeps nothing has none.
  }
}

/** `recent` with another one before them. */
export function withLast(recent: readonly string[], command: string): readonly string[] {
  return [command, ...recent.filter(each => each !== command)].slice(0, mostKept)
}
