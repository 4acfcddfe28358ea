import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'vite'
import type { StateMessage } from '../../src/contract/live.ts'
import { temporaryFolder } from './temporary-folder.ts'

const web = join(import.meta.dirname, '../../web')
const origin = 'http://sightline.test'

/** What the server answers to a request: JSON with status 200, or an answer of one's own; undefined for one that never comes. */
export type Answers = (request: Request) => unknown

/** As `entry` below exports them. */
interface Parts {
  readonly states: Map<string, StateMessage>
  markup(path: string): { readonly queries: QueryCache; html(): string; readonly ready: Promise<void> }
}

interface QueryCache {
  getAll(): readonly {
    readonly state: { readonly status: string; readonly dataUpdateCount: number; readonly errorUpdateCount: number }
    readonly options: { readonly enabled?: unknown }
    fetch(): Promise<unknown>
  }[]
}

/**
 * The web app as text, for tests of what its pages say: they are made as a browser would make them, with what a scripted server
 * answers, but without a screen. Effects do not run: what needs a hand or a clock is for the tests with a browser.
 */
export class RenderedApp implements AsyncDisposable {
  readonly #folder: AsyncDisposable
  readonly #parts: Parts

  private constructor(folder: AsyncDisposable, parts: Parts) {
    this.#folder = folder
    this.#parts = parts
  }

  static async open(): Promise<RenderedApp> {
    const folder = await temporaryFolder()
    // What the app is made with asks for these once, when it is loaded.
    Object.assign(globalThis, { location: { origin, pathname: '/', search: '', assign: () => undefined } })
    Object.defineProperties(navigator, { onLine: { value: true }, language: { value: 'en-GB' } })
    globalThis.fetch = (input, init) =>
      RenderedApp.#fetch(input instanceof Request ? input : new Request(new URL(String(input), origin), init))
    await build({
      configFile: false,
      root: web,
      logLevel: 'error',
      plugins: [standIns()],
      ssr: { noExternal: true },
      build: {
        ssr: true,
        outDir: folder.path,
        minify: false,
        target: 'esnext',
        rolldownOptions: {
          input: { rendered: entryName },
          output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' }
        }
      }
    })
    return new RenderedApp(folder, await import(pathToFileURL(join(folder.path, 'rendered.mjs')).href))
  }

  /** What stands in the page at `path`, without the frame around it, as HTML: once all has come that it asks `answers` for. */
  async page(path: string, answers: Answers, states: readonly StateMessage[] = []): Promise<string> {
    RenderedApp.#answers = answers
    RenderedApp.#silence = Promise.withResolvers()
    this.#parts.states.clear()
    for (const state of states) this.#parts.states.set(state.stream, state)
    const { queries, html, ready } = this.#parts.markup(path)
    await ready
    for (;;) {
      const text = within(html())
      const open = queries
        .getAll()
        .filter(
          ({ state, options }) =>
            state.dataUpdateCount + state.errorUpdateCount === 0 &&
            options.enabled !== false &&
            state.status === 'pending'
        )
      if (open.length === 0) return text
      const come = Promise.all(open.map(query => query.fetch().catch(() => undefined)))
      if ((await Promise.race([come, RenderedApp.#silence.promise])) === 'silence') return within(html())
    }
  }

  static #answers: Answers = () => undefined
  /** Something was asked for that never comes. */
  static #silence = Promise.withResolvers<'silence'>()

  static async #fetch(request: Request): Promise<Response> {
    const found = await RenderedApp.#answers(request)
    if (found === undefined) {
      RenderedApp.#silence.resolve('silence')
      return new Promise(() => undefined)
    }
    return found instanceof Response ? found : Response.json(found)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#folder[Symbol.asyncDispose]()
  }
}

function within(html: string): string {
  return /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1] ?? html
}

const entryName = 'virtual:rendered'
const entry = `
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { createAppRouter } from '/src/app/routes.tsx'
import { createQueryClient } from '/src/api/query-client.ts'
export { states } from '/src/streams/live-connection.ts'
export function markup(path) {
  const router = createAppRouter()
  router.update({ history: createMemoryHistory({ initialEntries: [path] }) })
  const client = createQueryClient()
  const { queries } = client.getDefaultOptions()
  client.setDefaultOptions({ queries: { ...queries, retry: false, retryOnMount: false, refetchOnMount: false } })
  const app = () => createElement(QueryClientProvider, { client }, createElement(RouterProvider, { router }))
  return { queries: client.getQueryCache(), html: () => renderToStaticMarkup(app()), ready: router.load() }
}`

/** What happens live is what a test says; styles are nothing; React takes what a browser shows for what a server would. */
const modules: Readonly<Record<string, string>> = {
  [entryName]: entry,
  'virtual:live': `
export const states = new Map()
const nothing = () => () => undefined
const live = { states, connection: 'open', subscribe: nothing, onEvent: nothing, watch: nothing, session: nothing }
export const liveConnection = () => live`,
  'virtual:react': `
export * from 'react'
import { useSyncExternalStore as use } from 'react'
export const useSyncExternalStore = (subscribe, now) => use(subscribe, now, now)`,
  'virtual:style': 'export default ""'
}

function standIns(): Plugin {
  return {
    name: 'stand-ins',
    enforce: 'pre',
    resolveId(id, importer = '') {
      if (id in modules) return `\0${id}`
      if (/\.css(\?raw)?$/.test(id)) return '\0virtual:style'
      if (/\/live-connection\.ts$/.test(id)) return '\0virtual:live'
      if (id === 'react' && importer.startsWith(join(web, 'src'))) return '\0virtual:react'
      return undefined
    },
    load: id => modules[id.slice(1)]
  }
}
