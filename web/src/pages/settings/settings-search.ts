/** What of the settings is shown, as it stands in the address. */
export interface SettingsSearch {
  /** Left out: the first. */
  readonly group?: string
  /** Words of what is looked for, or a key such as `live.maxFps`: then of all groups. */
  readonly find?: string
}

const longest = 100

/** What an address says, without what can be none of it. */
export function settingsSearch({ group, find }: Readonly<Record<string, unknown>>): SettingsSearch {
  return {
    ...(typeof group === 'string' && /^[a-z]{1,32}$/.test(group) && { group }),
    ...(typeof find === 'string' && find !== '' && { find: find.slice(0, longest) })
  }
}
