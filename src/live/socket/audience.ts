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

/** How many clients of an audience share a selection. */
interface Shared {
  readonly selection: Selection
  clients: number
}

/**
 * Who is to get messages of one stream, or of all. A message asks once for each selection that there is whether it is
 * wanted. Clients are gone through in the order in which they came, which is that of the memory they lie in: going
 * through thousands of sockets by selection takes a tenth longer.
 */
export class Audience<Client> {
  readonly #clients = new Map<Client, Shared>()
  readonly #selections = new Map<string, Shared>()
  #watchers = 0

  get isEmpty(): boolean {
    return this.#clients.size === 0
  }

  /** How many want tracks. */
  get watchers(): number {
    return this.#watchers
  }

  add(client: Client, selection: Selection): void {
    this.remove(client)
    const shared = this.#selections.get(selection.key) ?? { selection, clients: 0 }
    this.#selections.set(selection.key, shared)
    this.#clients.set(client, shared)
    shared.clients++
    if (selection.tracks) this.#watchers++
  }

  remove(client: Client): void {
    const shared = this.#clients.get(client)
    if (!shared) return
    this.#clients.delete(client)
    if (shared.selection.tracks) this.#watchers--
    if (--shared.clients === 0) this.#selections.delete(shared.selection.key)
  }

  /** Calls `give` with each client whose selection is `wanted`. */
  each(wanted: (selection: Selection) => boolean, give: (client: Client) => void): void {
    const chosen = new Set<Shared>()
    for (const shared of this.#selections.values()) if (wanted(shared.selection)) chosen.add(shared)
    if (chosen.size === 0) return
    for (const [client, shared] of this.#clients) if (chosen.has(shared)) give(client)
  }
}
