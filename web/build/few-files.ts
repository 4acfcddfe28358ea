import type { Plugin } from 'vite'

interface Group {
  readonly name: string
  readonly priority?: number
  readonly minShareCount?: number
  readonly test: (id: string) => boolean
}

/** A plugin that looks at what imports what, and groups for `codeSplitting` that go by what it saw. */
interface FewFiles {
  readonly plugin: Plugin
  readonly groups: Group[]
}

/** What pages are made of; tabs bring a package of their own. */
const parts = /\/web\/src\/(?:design\/(?!tabs)|streams\/|strings\/)[^?]*\.tsx?$/

/**
 * Few files instead of one for each set of pages that happens to share something: on a phone's network a request costs more than
 * some kilobytes that a page does not need. `base` is what the app and `others` begin with, `app` what the app does beside; `ENTRY-parts`
 * what one of the others has in common with pages, `parts` what four of these have.
 */
export function inFewFiles([app, ...others]: readonly [string, ...string[]]): FewFiles {
  const entries = [app, ...others]
  const reached = new Map<string, ReadonlySet<string>>()
  const isFirst = (entry: string, id: string) => reached.get(entry)?.has(id) === true
  const plugin: Plugin = {
    name: 'few-files',
    apply: 'build',
    buildEnd() {
      for (const entry of entries) {
        const found = [...this.getModuleIds()].filter(id => this.getModuleInfo(id)?.isEntry && nameOf(id) === entry)
        reached.set(
          entry,
          closure(found, id => this.getModuleInfo(id)?.importedIds ?? [])
        )
      }
    }
  }
  return {
    plugin,
    groups: [
      { name: 'base', priority: 3, test: id => entries.every(entry => isFirst(entry, id)) },
      // Else it would be in one file with parts that it needs some of: everybody would fetch all of those first.
      { name: 'app', priority: 2, test: id => isFirst(app, id) },
      // What only they begin with stays with them: it would run in the app.
      ...others.map(entry => ({
        ...{ name: `${entry}-parts`, priority: 1, minShareCount: 2 },
        test: (id: string) => isFirst(entry, id)
      })),
      { name: 'parts', minShareCount: 4, test: id => parts.test(id) }
    ]
  }
}

/** `web/index.html` is `index`. */
function nameOf(id: string): string {
  return /([^/\\]+)\.\w+$/.exec(id)?.[1] ?? ''
}

function closure(from: readonly string[], importsOf: (id: string) => readonly string[]): ReadonlySet<string> {
  const reached = new Set(from)
  for (const id of reached) for (const next of importsOf(id)) reached.add(next)
  return reached
}
