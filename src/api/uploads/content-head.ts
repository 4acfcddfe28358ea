import { type FileHandle, open } from 'node:fs/promises'
import { SightlineError } from '../../core/errors.ts'
import { empty } from './upload-limits.ts'

/** What is looked at of a file before all of it is there. */
export const headBytes = 4100

/** What videos from phones, cameras and programs begin as: RFC 6838 names, as `file-type` has them. */
const videos: ReadonlySet<string> = new Set([
  'video/mp4',
  'video/x-m4v',
  'video/quicktime',
  'video/3gpp',
  'video/3gpp2',
  'video/matroska',
  'video/webm',
  'video/vnd.avi',
  'video/mp2t',
  'video/mpeg',
  'video/MP2P',
  'video/MP1S',
  'video/x-flv',
  'video/x-ms-asf',
  'video/ogg'
])

/**
 * The media type of what begins like a video. It is a claim of the sender's still: whether there is a video behind it,
 * the check of the whole file finds out.
 * @throws SL_INPUT_EMPTY, SL_INPUT_NOT_VIDEO
 */
export async function videoType(head: Uint8Array): Promise<string> {
  if (head.length === 0) throw empty()
  const { fileTypeFromBuffer } = await import('file-type') // Nobody needs it before.
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  const type = found?.mime.split(';', 1)[0] ?? ''
  if (videos.has(type)) return type
  throw new SightlineError(
    'SL_INPUT_NOT_VIDEO',
    `This is no video${found ? `, but ${found.mime}` : ''}. Send it as MP4, MOV, MKV, WebM, AVI or MPEG-TS.`
  )
}

/** The first bytes of a file, for `videoType`. */
export async function readHead(path: string): Promise<Uint8Array> {
  await using file = await open(path)
  return headOf(file)
}

export async function headOf(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  return buffer.subarray(0, bytesRead)
}
