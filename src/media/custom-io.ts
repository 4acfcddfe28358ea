import { IOContext } from 'node-av/lib'
import { endOfFile, ioError } from './ffmpeg.ts'
import type { ByteReader } from './readers/byte-reader.ts'
import { sniffBytes } from './sniff.ts'

const bufferBytes = 256 * 1024
const seekSet = 0
const seekSize = 0x10000

/** FFmpeg's way into a reader. */
export interface ReaderIo extends Disposable {
  readonly context: IOContext
  /** The first bytes that were read, up to `sniffBytes`. */
  readonly head: Buffer
}

/** Lets FFmpeg read through a reader of ours. Failures stay in `reader.failure`; FFmpeg only learns that there was one. */
export function readThrough(reader: ByteReader): ReaderIo {
  const context = new IOContext()
  let head: Buffer = Buffer.alloc(0)
  let position = 0
  const read = async (size: number): Promise<Buffer | number> => {
    try {
      const bytes = await reader.read(size)
      if (position === head.length && head.length < sniffBytes)
        head = Buffer.concat([head, bytes.subarray(0, sniffBytes - head.length)])
      position += bytes.length
      return bytes.length === 0 ? endOfFile : bytes
    } catch {
      return ioError
    }
  }
  const seek = (offset: bigint, whence: number): bigint => {
    if (whence === seekSize) return BigInt(reader.sizeBytes ?? ioError)
    if (whence !== seekSet) return BigInt(ioError)
    position = Number(offset)
    reader.seek(position)
    return offset
  }
  context.allocContextWithCallbacks(bufferBytes, 0, read, null, reader.seekable ? seek : null)
  return {
    context,
    get head() {
      return head
    },
    [Symbol.dispose]: () => context.freeContext()
  }
}
