/** What is looked at, and how much of the log: as it stands in the address. */
export interface SystemSearch {
  readonly view?: 'disk' | 'doctor' | 'log'
  readonly level?: 'error' | 'info' | 'trace'
}

const views: readonly unknown[] = ['disk', 'doctor', 'log']
const levels: readonly unknown[] = ['error', 'info', 'trace']

/** What an address says, without what there is not. */
export function systemSearch({ view, level }: Readonly<Record<string, unknown>>): SystemSearch {
  return {
    ...(views.includes(view) && { view: view as NonNullable<SystemSearch['view']> }),
    ...(levels.includes(level) && { level: level as NonNullable<SystemSearch['level']> })
  }
}
