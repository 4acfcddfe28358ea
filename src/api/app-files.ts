import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { FirstLoads } from './first-loads.ts'
import { takesPacked } from './taken-encoding.ts'

/** A file of the web app as it is sent. */
export interface AppContent {
  readonly body: Buffer
  readonly type: string
  /** With its quotation marks, as a header has it. */
  readonly tag: string
  /** How it is packed, as `Content-Encoding` has it; undefined for what is not. */
  readonly encoding: 'br' | 'gzip' | undefined
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json; charset=utf-8'
}
const packings = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' }
] as const

/** As it lies beside src/ and dist/ alike. */
const usual = new URL('../../web/dist/', import.meta.url)

/** The web app as `vite build` left it: its page, and files whose names tell what is in them. */
export class AppFiles {
  readonly firstLoads: FirstLoads
  readonly #root: URL
  readonly #read = new Map<string, { readonly changedMs: number; readonly content: AppContent }>()

  constructor(root: URL = usual) {
    this.#root = root
    this.firstLoads = new FirstLoads(new URL('first-loads.json', root))
  }

  /** False in a checkout that nobody set up, and in a package that was packed without its build. */
  get isBuilt(): boolean {
    return existsSync(new URL('index.html', this.#root))
  }

  /** The page that every address of the app shows. @param accepted the request's `Accept-Encoding` */
  page(accepted: string): Promise<AppContent | undefined> {
    return this.#content('index.html', accepted)
  }

  /** The page of its own that shows a report to whoever has a link to it. @param accepted the request's `Accept-Encoding` */
  sharedPage(accepted: string): Promise<AppContent | undefined> {
    return this.#content('shared.html', accepted)
  }

  /** The page for trying GraphQL out. @param accepted the request's `Accept-Encoding` */
  graphiqlPage(accepted: string): Promise<AppContent | undefined> {
    return this.#content('graphiql.html', accepted)
  }

  /** Undefined for one that is not there. @param accepted the request's `Accept-Encoding` */
  async file(name: string, accepted: string): Promise<AppContent | undefined> {
    return /^[\w-]+(\.[\w-]+)*$/.test(name) ? this.#content(`app/${name}`, accepted) : undefined
  }

  async #content(path: string, accepted: string): Promise<AppContent | undefined> {
    const type = types[extname(path)]
    if (type === undefined) return undefined
    const packing = packings.find(
      ({ encoding, ending }) => takesPacked(accepted, encoding) && existsSync(new URL(path + ending, this.#root))
    )
    const place = new URL(path + (packing?.ending ?? ''), this.#root)
    const found = await stat(place).catch(() => undefined)
    if (!found?.isFile()) return undefined
    const known = this.#read.get(place.href)
    if (known?.changedMs === found.mtimeMs) return known.content
    const body = await readFile(place)
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    const content = { body, type, tag, encoding: packing?.encoding }
    this.#read.set(place.href, { changedMs: found.mtimeMs, content })
    return content
  }
}
