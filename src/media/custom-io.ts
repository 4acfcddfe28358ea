import { IOContext } from 'node-av/lib'
import { endOfFile, ioError } from './ffmpeg.ts'
import type { ByteReader } from './readers/byte-reader.ts'

const bufferBytes = 256 * 1024
const seekSet = 0
const seekSize = 0x10000

/** Lets FFmpeg read through a reader of ours. Failures stay in `reader.failure`; FFmpeg only learns that there was one. */
export function readThrough(reader: ByteReader): IOContext {
  const io = new IOContext()
  const read = async (size: number): Promise<Buffer | number> => {
    try {
      const bytes = await reader.read(size)
      return bytes.length === 0 ? endOfFile : bytes
    } catch {
      return ioError
    }
  }
  const seek = (offset: bigint, whence: number): bigint => {
    if (whence === seekSize) return BigInt(reader.sizeBytes ?? ioError)
    if (whence !== seekSet) return BigInt(ioError)
    reader.seek(Number(offset))
    return offset
  }
  io.allocContextWithCallbacks(bufferBytes, 0, read, null, reader.seekable ? seek : null)
  return io
}
