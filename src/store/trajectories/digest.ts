import type { ChunkBite, ChunkDamage } from './stored-chunk.ts'

/** What stored tracks are worked out into, bite by bite. Pure: it runs on a thread of its own. */
export interface Digest<Item, Answer> {
  /** Takes chunks in the order in which they were made, and gives what they bring about. */
  take(bite: ChunkBite, tell: (damage: ChunkDamage) => void): readonly Item[]
  /** Everything was taken. */
  finish(): { readonly items: readonly Item[]; readonly answer: Answer }
}
