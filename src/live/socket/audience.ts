/** Which messages of its streams a client wants. The same for all that asked for the same. */
export interface Selection {
  readonly key: string
  readonly tracks: boolean
  readonly state: boolean
  /** Undefined: events of every kind. */
  readonly kinds: ReadonlySet<string> | undefined
}

export function selectionOf(kinds: readonly string[] | undefined): Selection {
  if (!kinds) return { key: '*', tracks: true, state: true, kinds: undefined }
  const chosen = new Set(kinds)
  const key = [...chosen].sort().join('\n')
  const [tracks, state] = [chosen.delete('tracks'), chosen.delete('state')]
  return { key, tracks, state, kinds: chosen }
}

/** True for events of this kind. */
export function wantsKind({ kinds }: Selection, kind: string): boolean {
  return kinds === undefined || kinds.has(kind)
}

/**
 * Who is to get messages of one stream, or of all, grouped by what they selected: a message asks once for each selection
 * that there is whether it is wanted, never each client.
 */
export class Audience<Client> {
  readonly #groups = new Map<string, { readonly selection: Selection; readonly clients: Set<Client> }>()
  #watchers = 0

  get isEmpty(): boolean {
    return this.#groups.size === 0
  }

  /** How many want tracks. */
  get watchers(): number {
    return this.#watchers
  }

  add(client: Client, selection: Selection): void {
    const group = this.#groups.get(selection.key) ?? { selection, clients: new Set() }
    this.#groups.set(selection.key, group)
    if (!group.clients.has(client) && selection.tracks) this.#watchers++
    group.clients.add(client)
  }

  remove(client: Client, selection: Selection): void {
    const group = this.#groups.get(selection.key)
    if (!group?.clients.delete(client)) return
    if (selection.tracks) this.#watchers--
    if (group.clients.size === 0) this.#groups.delete(selection.key)
  }

  /** The clients of each selection that `wanted` is true for. */
  *of(wanted: (selection: Selection) => boolean): Generator<ReadonlySet<Client>> {
    for (const { selection, clients } of this.#groups.values()) if (wanted(selection)) yield clients
  }
}
