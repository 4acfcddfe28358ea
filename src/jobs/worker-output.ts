import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { readWorkerMessage, type WorkerMessage } from '../contract/job.ts'

const tailBytes = 4096
/** A report is a few kilobytes; whoever sends more is out of its mind, and our memory is not its. */
const longestLine = 1_000_000

/** The last of what somebody writes, however much it is. */
export class Tail {
  #bytes = Buffer.alloc(0)

  readonly add = (chunk: Buffer): void => {
    const joined = Buffer.concat([this.#bytes, chunk.subarray(-tailBytes)])
    this.#bytes = joined.subarray(-tailBytes)
  }

  get text(): string {
    return this.#bytes.toString('utf8')
  }
}

export interface MessageTakers {
  message(message: WorkerMessage): void
  /** Called once; nothing is read after it. */
  nonsense(): void
}

/** Reads a worker's messages, a line each, until it says no more. Never throws. */
export async function readMessages(stream: Readable, take: MessageTakers): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    for await (const chunk of stream) {
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n')
      rest = lines.pop()!
      const messages = lines.map(readWorkerMessage)
      if (rest.length > longestLine || messages.includes(undefined)) return take.nonsense()
      for (const message of messages) if (message) take.message(message)
    }
  } catch {
    // The stream was closed under us: how the worker ended tells why.
  }
}
