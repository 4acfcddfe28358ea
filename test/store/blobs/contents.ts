import { createHash, randomBytes } from 'node:crypto'
import type { BlobStore, ReadOptions } from '../../../src/store/blobs/blob-store.ts'

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Bytes that no other call gives. */
export function freshBytes(length: number): Buffer {
  return randomBytes(length)
}

/** `content` in pieces of `step` bytes, every one in the same buffer, as a reader that saves memory gives them. */
export async function* inPieces(content: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(step)
  for (let at = 0; at < content.byteLength; at += step) {
    const part = content.subarray(at, at + step)
    piece.set(part)
    yield piece.subarray(0, part.byteLength)
  }
}

/** A source that gives `pieces` and then never anything again; `ended` tells when it was let go. */
export function stalling(...pieces: readonly Uint8Array[]) {
  const ended = Promise.withResolvers<void>()
  const left = [...pieces]
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => {
      const value = left.shift()
      return value ? Promise.resolve({ value, done: false }) : new Promise(() => {})
    },
    return: async () => {
      ended.resolve()
      return { value: undefined, done: true }
    }
  }
  return { content: { [Symbol.asyncIterator]: () => iterator }, ended: ended.promise }
}

export async function read(store: BlobStore, digest: string, options?: ReadOptions): Promise<Buffer> {
  const { stream } = await store.open(digest, options)
  return Buffer.concat(await stream.toArray())
}

export async function digestsOf(store: BlobStore, after?: string): Promise<string[]> {
  return (await Array.fromAsync(store.list(after))).map(({ digest }) => digest)
}

/** Unfinished writes there are; they are dropped. */
export function leftovers(store: BlobStore): Promise<number> {
  return store.tidy(0)
}
