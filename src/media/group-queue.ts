import type { PacketGroup } from './packet-groups.ts'

/** Groups that were read and not yet dealt with, the oldest first. Owns them and their source. */
export class GroupQueue implements AsyncDisposable {
  readonly #source: AsyncGenerator<PacketGroup>
  readonly #held: PacketGroup[] = []

  constructor(source: AsyncGenerator<PacketGroup>) {
    this.#source = source
  }

  /** The group `ahead` behind the oldest, read when it is asked for; undefined behind the last. */
  async at(ahead: number): Promise<PacketGroup | undefined> {
    while (this.#held.length <= ahead) {
      const { done, value } = await this.#source.next()
      if (done) return undefined
      this.#held.push(value)
    }
    return this.#held[ahead]
  }

  /** The oldest is done with. */
  drop(): void {
    this.#held.shift()?.[Symbol.dispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const group of this.#held) group[Symbol.dispose]()
    await this.#source.return(undefined)
  }
}
