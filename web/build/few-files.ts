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

/**
 * Few files instead of one for each set of pages that happens to share something: on a phone's network a request costs more than
 * some kilobytes that a page does not need. `base` is what all of `entries` begin with; `parts` what three pages share.
 */
export function inFewFiles(entries: readonly string[]): FewFiles {
  const base = new Set<string>()
  const first = new Set<string>()
  const plugin: Plugin = {
    name: 'few-files',
    apply: 'build',
    buildEnd() {
      const reached = entries.map(entry => {
        const found = [...this.getModuleIds()].filter(id => this.getModuleInfo(id)?.isEntry && nameOf(id) === entry)
        return closure(found, id => this.getModuleInfo(id)?.importedIds ?? [])
      })
      for (const id of reached.flatMap(ids => [...ids])) {
        first.add(id)
        if (reached.every(ids => ids.has(id))) base.add(id)
      }
    }
  }
  return {
    plugin,
    groups: [
      { name: 'base', priority: 2, test: id => base.has(id) },
      { name: 'parts', priority: 1, minShareCount: 3, test: id => !first.has(id) && !id.endsWith('.css') }
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
