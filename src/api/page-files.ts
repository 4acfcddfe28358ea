import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { browserModule } from './browser-module.ts'

/** A file as it is sent. */
export interface PageContent {
  readonly body: string | Buffer
  readonly type: string
  /** With its quotation marks, as a header has it. */
  readonly tag: string
  /** Of a page with a script and a style in it: what lets a browser tell them from others (`'sha256-…'`). */
  readonly inline?: { readonly script: string; readonly style: string }
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.woff2': 'font/woff2'
}
const folders = ['live', 'src/live', 'src/strings']
const fonts = ['latin', 'latin-ext'].map(script => `inter-${script}-wght-normal.woff2`)
/** What `npm run pack` built lies beside the built server; without it, the sources are made into JavaScript as they are asked for. */
const built = new URL('../web/', import.meta.url)
const root = existsSync(built) ? built : new URL('../../web/', import.meta.url)
const examples = new URL('../../examples/', import.meta.url)

/** Every file of the page and every example, by path: what is not in the list when the server begins is not there. */
export class PageFiles {
  readonly #places = new Map<string, string>()
  readonly #read = new Map<string, { readonly changedMs: number; readonly content: PageContent }>()

  constructor() {
    for (const folder of folders) {
      for (const name of readdirSync(new URL(`${folder}/`, root))) {
        const place = fileURLToPath(new URL(`${folder}/${name}`, root))
        const path = `web/${folder}/${name}`.replace(/\.ts$/, '.js')
        if (types[extname(path)] !== undefined) this.#places.set(path, place)
      }
    }
    for (const font of fonts) {
      const place = import.meta.resolve(`@fontsource-variable/inter/files/${font}`)
      this.#places.set(`web/fonts/${font}`, fileURLToPath(place))
    }
    for (const name of readdirSync(examples).filter(each => each.endsWith('.html')))
      this.#places.set(`examples/${name}`, fileURLToPath(new URL(name, examples)))
  }

  get paths(): readonly string[] {
    return [...this.#places.keys()]
  }

  /** As it is now: in a checkout, files change while the server runs. Undefined for one that is not in the list. */
  async content(path: string): Promise<PageContent | undefined> {
    const place = this.#places.get(path)
    if (place === undefined) return undefined
    const { mtimeMs: changedMs } = await stat(place)
    const known = this.#read.get(path)
    if (known?.changedMs === changedMs) return known.content
    const bytes = await readFile(place)
    const body = place.endsWith('.ts') ? browserModule(bytes.toString()) : bytes
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    const isExample = path.startsWith('examples/')
    const content = { body, type: types[extname(path)]!, tag, ...(isExample && { inline: inlineOf(bytes.toString()) }) }
    this.#read.set(path, { changedMs, content })
    return content
  }
}

function inlineOf(page: string): { readonly script: string; readonly style: string } {
  const hash = (tag: string) => {
    const text = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? ''
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  }
  return { script: hash('script'), style: hash('style') }
}
