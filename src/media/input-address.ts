import { open, readdir, stat } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { type ErrorCode, SightlineError } from '../core/errors.ts'
import { notVideo, type Sniffed, sniff, sniffBytes } from './sniff.ts'

/** Where a recording comes from, after everything that can be refused by looking at the address was refused. */
export type InputAddress =
  | FileAddress
  | { readonly kind: 'stdin' }
  | { readonly kind: 'http'; readonly url: URL }
  | { readonly kind: 'pictures'; readonly folder: string; readonly files: readonly string[] }

export interface FileAddress {
  readonly kind: 'file'
  readonly path: string
  readonly sizeBytes: number
  readonly looks: Sniffed
}

const pictureEndings = new Set(['.jpg', '.jpeg', '.png', '.webp', '.bmp', '.tif', '.tiff'])
/** `concat:`, `subfile:`, `rtsp:` …; a single letter is a Windows drive. */
const scheme = /^([a-z][a-z0-9+.-]+):/i

/**
 * Turns INPUT (a file, `-`, an http(s) URL or a folder of pictures) into an address. Throws
 * SL_INPUT_NOT_FOUND, SL_INPUT_EMPTY, SL_INPUT_UNREADABLE, SL_INPUT_NOT_VIDEO or SL_INPUT_REFUSED.
 */
export async function resolveInput(input: string): Promise<InputAddress> {
  if (input === '-') return { kind: 'stdin' }
  if (input === '' || input.includes('\0'))
    throw new SightlineError('SL_INPUT_REFUSED', 'INPUT is empty or has a NUL in it.')
  const named = scheme.exec(input)?.[1]?.toLowerCase()
  if (named === 'http' || named === 'https') return { kind: 'http', url: parseUrl(input) }
  if (named !== undefined) {
    throw new SightlineError(
      'SL_INPUT_REFUSED',
      `${named}: is not an address a recording is read from. Give a file, a folder of pictures, an http(s) URL, or - for standard input.`
    )
  }
  const facts = await stat(input).catch(cause => {
    throw fileError(input, cause)
  })
  if (facts.isDirectory()) return resolvePictures(input)
  if (pictureEndings.has(extname(input).toLowerCase())) return { kind: 'pictures', folder: input, files: [input] }
  return resolveFile(input)
}

/** The address of a regular file, whatever its name. Throws as `resolveInput` does. */
export async function resolveFile(input: string): Promise<FileAddress> {
  const facts = await stat(input).catch(cause => {
    throw fileError(input, cause)
  })
  if (!facts.isFile()) {
    throw new SightlineError(
      'SL_INPUT_REFUSED',
      `${input} is not a regular file. To read a pipe or a device, feed it to standard input and give - as INPUT.`
    )
  }
  const looks = sniff(await readHead(input))
  const refusal = notVideo(input, looks)
  if (refusal) throw refusal
  return { kind: 'file', path: resolve(input), sizeBytes: facts.size, looks }
}

function parseUrl(input: string): URL {
  if (/[\r\n\t]/.test(input)) throw new SightlineError('SL_INPUT_REFUSED', 'The URL has a line break or a tab in it.')
  try {
    return new URL(input)
  } catch (cause) {
    throw new SightlineError('SL_INPUT_REFUSED', 'INPUT starts like a URL but is not a valid one.', { cause })
  }
}

async function resolvePictures(folder: string): Promise<InputAddress> {
  const names = await readdir(folder).catch(cause => {
    throw fileError(folder, cause)
  })
  const files = names
    .filter(name => pictureEndings.has(extname(name).toLowerCase()))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map(name => join(folder, name))
  if (files.length === 0) {
    throw new SightlineError(
      'SL_INPUT_EMPTY',
      `${folder} is a folder without pictures (${[...pictureEndings].join(', ')}).`
    )
  }
  return { kind: 'pictures', folder, files }
}

async function readHead(path: string): Promise<Buffer> {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0)
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    throw fileError(path, cause)
  }
}

const fileErrors: Record<string, [ErrorCode, string]> = {
  ENOENT: ['SL_INPUT_NOT_FOUND', 'does not exist'],
  ENOTDIR: ['SL_INPUT_NOT_FOUND', 'does not exist'],
  EACCES: ['SL_INPUT_UNREADABLE', 'may not be read by this user'],
  EPERM: ['SL_INPUT_UNREADABLE', 'may not be read by this user'],
  ENAMETOOLONG: ['SL_INPUT_REFUSED', 'is too long a name for this file system']
}

function fileError(path: string, cause: unknown): SightlineError {
  const [code, reason] = fileErrors[(cause as NodeJS.ErrnoException).code ?? ''] ?? [
    'SL_INPUT_UNREADABLE',
    `cannot be read (${(cause as Error).message})`
  ]
  return new SightlineError(code, `${path} ${reason}.`, { cause })
}
