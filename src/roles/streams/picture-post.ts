import type { PacketChannel } from './packet-channel.ts'

/** Whose picture it is. */
export interface PictureOwner {
  readonly stream: string
  readonly epoch: number
  readonly trackId: number
}

/** A picture on the binary channel. */
export interface PictureSent extends PictureOwner {
  readonly id: number
}

/** Main that does not say in this time whether it keeps a picture does not: what waits for it goes on. */
const answerMs = 5000

/** Pictures of a worker's tracks on their way to main, which keeps them. */
export class PicturePost {
  readonly #channel: PacketChannel
  readonly #waiting = new Map<number, (digest: string | undefined) => void>()
  #number = 0
  #isGone = false

  constructor(channel: PacketChannel) {
    this.#channel = channel
  }

  /** Gives the digest under which it is kept among the assets; undefined where it is not. Never rejects. */
  send({ stream, epoch, trackId }: PictureOwner, jpeg: Uint8Array): Promise<string | undefined> {
    if (this.#isGone || this.#channel.isFull) return Promise.resolve(undefined)
    const id = ++this.#number
    return new Promise(resolve => {
      const timer = setTimeout(() => this.kept(id, undefined), answerMs)
      this.#waiting.set(id, digest => {
        clearTimeout(timer)
        resolve(digest)
      })
      this.#channel.send({ kind: 'track-picture', stream, epoch, trackId, id }, jpeg)
    })
  }

  /** What main says. An answer that comes too late is for nobody. */
  kept(id: number, digest: string | undefined): void {
    const answered = this.#waiting.get(id)
    this.#waiting.delete(id)
    answered?.(digest)
  }

  /** Main is gone. */
  giveUp(): void {
    this.#isGone = true
    for (const id of [...this.#waiting.keys()]) this.kept(id, undefined)
  }
}
