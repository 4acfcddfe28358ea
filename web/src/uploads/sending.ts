import { useSyncExternalStore } from 'react'
import type { Upload } from 'tus-js-client'
import { uploads } from '../strings/uploads.ts'

/** A file on its way to the server. */
export interface Sending {
  readonly id: number
  readonly name: string
  readonly sentBytes: number
  readonly totalBytes: number
  /** Why it stands still; undefined while it goes on. */
  readonly complaint: string | undefined
}

/** A request for so much: a phone's line that breaks loses no more. */
const pieceBytes = 16_000_000
const retryDelays = [0, 1000, 5000, 20_000]
/** Others wait, as the server takes only so many of one person. */
const mostAtOnce = 3

let shown: readonly Sending[] = []
const waiting: { readonly id: number; readonly file: File }[] = []
const running = new Set<number>()
/** What the server may have something of, also where it stands still: who stops it deletes that. */
const begun = new Map<number, Upload>()
const kept = new Map<number, File>()
/** How each is to be analysed, where that was said. */
const settings = new Map<number, string>()
const listeners = new Set<() => void>()
const ended = new Set<() => void>()
let last = 0

/** What this page sends. It goes on while one goes from page to page. */
export function useSending(): readonly Sending[] {
  return useSyncExternalStore(subscribe, sendingNow)
}

export function sendingNow(): readonly Sending[] {
  return shown
}

/** Told when the server has all of a file. Gives what ends it. */
export function onSent(listener: () => void): () => void {
  ended.add(listener)
  return () => ended.delete(listener)
}

/**
 * Sends files, some at a time; one that was begun before goes on where it was, and is analysed as was said then.
 * @param wished settings of the analysis, as JSON
 */
export function send(files: readonly File[], wished?: string): void {
  for (const file of files) {
    const id = ++last
    kept.set(id, file)
    if (wished !== undefined) settings.set(id, wished)
    waiting.push({ id, file })
    show([...shown, { id, name: file.name, sentBytes: 0, totalBytes: file.size, complaint: undefined }])
  }
  void next()
}

export function sendAgain(id: number): void {
  const file = kept.get(id)
  if (!file) return
  change(id, { complaint: undefined })
  waiting.push({ id, file })
  void next()
}

/** What has come is thrown away. */
export async function stopSending(id: number): Promise<void> {
  const at = waiting.findIndex(each => each.id === id)
  if (at >= 0) waiting.splice(at, 1)
  const upload = begun.get(id)
  forget(id)
  await upload?.abort(true).catch(() => undefined)
  void next()
}

async function next(): Promise<void> {
  const Client = await import('tus-js-client').then(
    ({ Upload }) => Upload,
    () => undefined
  )
  if (!Client) {
    for (const { id } of waiting.splice(0)) change(id, { complaint: uploads.notLoaded })
    return
  }
  while (running.size < mostAtOnce && waiting.length > 0) {
    const { id, file } = waiting.shift()!
    const upload = new Client(file, {
      endpoint: '/api/v1/uploads',
      metadata: { filename: file.name, filetype: file.type, ...wishedFor(id) },
      chunkSize: pieceBytes,
      retryDelays,
      removeFingerprintOnSuccess: true,
      onProgress: sentBytes => change(id, { sentBytes }),
      onSuccess: () => {
        forget(id)
        for (const listener of ended) listener()
        void next()
      },
      onError: error => fail(id, error)
    })
    running.add(id)
    upload.findPreviousUploads().then(
      ([before]) => {
        if (!running.has(id)) return
        if (before) upload.resumeFromPreviousUpload(before)
        begun.set(id, upload)
        upload.start()
      },
      (error: Error) => fail(id, error)
    )
  }
}

function wishedFor(id: number): { readonly settings?: string } {
  const wished = settings.get(id)
  return wished === undefined ? {} : { settings: wished }
}

/** It stands still, and another takes its place. */
function fail(id: number, error: Error): void {
  running.delete(id)
  change(id, { complaint: complaintOf(error) })
  void next()
}

/** What the server said of it, where it said something. */
export function complaintOf(error: Error & { readonly originalResponse?: { getBody(): string } | null }): string {
  try {
    const { detail } = JSON.parse(error.originalResponse?.getBody() ?? '') as { detail?: unknown }
    if (typeof detail === 'string') return detail
  } catch {
    // Not a problem document: the client's own words are all there is.
  }
  return error.message
}

function forget(id: number): void {
  running.delete(id)
  begun.delete(id)
  kept.delete(id)
  settings.delete(id)
  show(shown.filter(each => each.id !== id))
}

function change(id: number, what: Partial<Sending>): void {
  show(shown.map(each => (each.id === id ? { ...each, ...what } : each)))
}

function show(next: readonly Sending[]): void {
  shown = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
