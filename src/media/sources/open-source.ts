import { SightlineError } from '../../core/errors.ts'
import { FileSource } from './file-source.ts'
import { type HttpKind, HttpSource } from './http/http-source.ts'
import { RtspSource } from './rtsp/rtsp-source.ts'
import type { Dialler, VideoSource } from './source.ts'

/** What somebody asks to be watched. */
export interface SourceSpec {
  /** `rtsp://`, `rtsps://`, `http://`, `https://`, a file's path, `demo:` or `push:name`. */
  readonly url: string
  /** Of RTSP. TCP when left out: it passes firewalls and loses nothing. */
  readonly transport?: 'tcp' | 'udp'
  /** False takes any certificate: cameras sign their own. */
  readonly verifyTls?: boolean
  /** What is behind an http:// address; told by the server's answer when left out. */
  readonly http?: HttpKind
  /** Of an image that is polled. */
  readonly intervalMs?: number
  /** Of a file: false plays it once. */
  readonly loop?: boolean
}

/** What sources need of whoever opens them. */
export interface SourceSurroundings {
  /** The only way out. It decides who may be dialled, and checks certificates or not. */
  dialler(options: { readonly verifyTls: boolean }): Dialler
  /** True where the address comes from who owns the machine: its settings file, its command line. */
  readonly mayReadFiles?: boolean
  /**
   * How many containers over HTTP may be open at once: each holds a thread of libuv's pool. Leave eight of
   * UV_THREADPOOL_SIZE to everybody else.
   */
  readonly readingThreads?: number
  /** Opens the demo scene of that name; the usual one for an empty name. */
  openDemo?(name: string): VideoSource
  /** Opens what a browser, phone or program sends here under that name. */
  openPushed?(name: string): VideoSource
}

type Opener = (spec: SourceSpec, surroundings: SourceSurroundings) => VideoSource

const rtsp: Opener = (spec, surroundings) =>
  new RtspSource(spec.url, { transport: spec.transport ?? 'tcp', dialler: diallerFor(spec, surroundings) })
const http: Opener = (spec, surroundings) =>
  new HttpSource(spec.url, {
    kind: spec.http,
    intervalMs: spec.intervalMs,
    readingThreads: surroundings.readingThreads,
    dialler: diallerFor(spec, surroundings)
  })
const file: Opener = ({ url, loop }) => new FileSource(url, { loop })
const demo: Opener = ({ url }, { openDemo }) => named('demo', url, openDemo)
const push: Opener = ({ url }, { openPushed }) => named('push', url, openPushed)

/** A new kind of source is one file and one line here. */
const openers: Readonly<Record<string, Opener>> = { rtsp, rtsps: rtsp, http, https: http, demo, push }

const mostCharacters = 2048
const mostNameCharacters = 100

/**
 * The source of an address, which is refused here for everything that can be seen without asking anybody. Whoever is dialled
 * is checked by the dialler.
 * @throws SL_OPTION_INVALID for what is no address, SL_INPUT_REFUSED for what is none that may be asked for
 */
export function openSource(spec: SourceSpec, surroundings: SourceSurroundings): VideoSource {
  const { url } = spec
  if (url === '' || url.length > mostCharacters)
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `The address of a source has ${url.length} characters: give it 1 to ${mostCharacters}.`
    )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: line breaks and NULs mean something to whom it is handed to.
  if (/[\u0000-\u001f\u007f]/.test(url))
    throw new SightlineError(
      'SL_OPTION_INVALID',
      'The address of a source has line breaks or control characters in it.'
    )
  // A single letter before a slash is a drive of Windows.
  const scheme = /^(?![a-z]:[\\/])([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined) return file(fileChecked(spec, surroundings), surroundings)
  const opener = Object.hasOwn(openers, scheme) ? openers[scheme] : undefined
  if (opener) return opener(spec, surroundings)
  // What stands before a colon may be a name and a password behind it.
  const known = Object.keys(openers).map(name => `${name}:`)
  throw new SightlineError(
    'SL_INPUT_REFUSED',
    `The address of a source begins with none of ${known.join(', ')}; a file is given by its path alone.`
  )
}

function fileChecked(spec: SourceSpec, { mayReadFiles = false }: SourceSurroundings): SourceSpec {
  if (spec.url.startsWith('-'))
    throw new SightlineError(
      'SL_INPUT_REFUSED',
      'The address of a source looks like an option: write ./ before a file whose name begins with a dash.'
    )
  if (mayReadFiles) return spec
  throw new SightlineError(
    'SL_INPUT_REFUSED',
    'Files of this machine can be watched only where the settings file names them.'
  )
}

function diallerFor({ verifyTls = true }: SourceSpec, surroundings: SourceSurroundings): Dialler {
  return surroundings.dialler({ verifyTls })
}

function named(scheme: string, url: string, open: ((name: string) => VideoSource) | undefined): VideoSource {
  const name = url.slice(scheme.length + 1)
  if (!/^[\p{L}\p{N}._-]*$/u.test(name) || /^\.+$/.test(name) || name.length > mostNameCharacters)
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `A name behind ${scheme}: has letters, digits, ".", "_" and "-" alone, up to ${mostNameCharacters} of them.`
    )
  if (open) return open(name)
  throw new SightlineError('SL_INPUT_REFUSED', `There is nothing here that ${scheme}: could open.`)
}
