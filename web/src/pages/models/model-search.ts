/** Which models are listed: as it stands in the address. */
export interface ModelSearch {
  readonly shown?: 'here'
}

/** What an address says, without what there is not. */
export function modelSearch({ shown }: Readonly<Record<string, unknown>>): ModelSearch {
  return shown === 'here' ? { shown } : {}
}
