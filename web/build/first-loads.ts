import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Plugin, Rollup } from 'vite'
import { askedEverywhere, firstAsked } from '../src/app/first-asked.ts'

/** `path: '/events', … import('../pages/events/events-page.tsx')` */
const routed = /path: '([^']+)'[\s\S]*?import\('([^']+)'\)/g

/**
 * Writes `first-loads.json`, for the server: by route, the files that its page is made of beside those that every page names itself,
 * and what it asks the server for at once. A browser that is told so with the page fetches all of it beside the app, and not after it.
 */
export function firstLoads(routes: string): Plugin {
  return {
    name: 'first-loads',
    apply: 'build',
    async generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(each => each.type === 'chunk')
      const named = new Set(
        filesOf(
          chunks.find(({ isEntry, name }) => isEntry && name === 'index'),
          bundle
        )
      )
      const text = await readFile(routes, 'utf8')
      const rows = [...text.matchAll(routed)].map(([, path = '', place = '']) => {
        const page = resolve(routes, '..', place)
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId === page)
        if (!chunk) this.error(`No file has ${page}, the page of ${path} in ${routes}.`)
        return {
          path,
          files: filesOf(chunk, bundle).filter(file => !named.has(file)),
          asked: [...askedEverywhere, ...(firstAsked[path] ?? [])]
        }
      })
      this.emitFile({ type: 'asset', fileName: 'first-loads.json', source: JSON.stringify(rows, undefined, 1) })
    }
  }
}

/** What has to be there before a chunk can run: itself, what it imports, and what these look like. */
function filesOf(chunk: Rollup.OutputChunk | undefined, bundle: Rollup.OutputBundle): readonly string[] {
  const files = new Set(chunk ? [chunk.fileName] : [])
  for (const file of files) {
    const each = bundle[file]
    if (each?.type !== 'chunk') continue
    for (const next of [...each.imports, ...(each.viteMetadata?.importedCss ?? [])]) files.add(next)
  }
  return [...files]
}
