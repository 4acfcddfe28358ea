import { readFile, stat } from 'node:fs/promises'

/** A row of `first-loads.json`, as web/build/first-loads.ts writes it. */
interface FirstLoad {
  /** `/reports/$id`. */
  readonly path: string
  /** What its page is made of, beside what every page names itself. */
  readonly files: readonly string[]
  /** What it asks for at once, where nothing was chosen in its address. `$id` stands for that part of the address. */
  readonly asked: readonly string[]
}

/** Nothing of an address may end what stands around it in the header, or fill that: readers take 16 KB of headers. */
const plain = /^[\w.~-]{1,100}$/

/** What a page is going to fetch, so that browsers begin with it before the page's own code has come to say so. */
export class FirstLoads {
  readonly #file: URL
  #known: { readonly changedMs: number; readonly rows: readonly FirstLoad[] } | undefined

  /** @param file `first-loads.json`; where it is not there, nothing is known */
  constructor(file: URL) {
    this.#file = file
  }

  /**
   * As `Link` (RFC 8288) has it; undefined where nothing is known.
   * @param address as the request's line has it
   * @param mayAsk whether whoever gets the page may ask for that path of the API, such as `/api/v1/reports/:id`
   */
  async of(address: string, mayAsk: (path: string) => boolean): Promise<string | undefined> {
    const [path = '', query] = address.split('?')
    for (const { path: pattern, files, asked } of await this.#rows()) {
      const values = match(pattern.split('/'), path.split('/'))
      if (!values) continue
      const links = files.map(file =>
        file.endsWith('.css') ? `</${file}>; rel=preload; as=style; crossorigin` : `</${file}>; rel=modulepreload`
      )
      // What was chosen decides what is asked for.
      for (const each of query === undefined ? asked : [])
        if (mayAsk(each.replace(/\?.*/, '').replaceAll('$', ':')))
          links.push(`<${each.replace(/\$\w+/g, name => values[name] ?? name)}>; rel=preload; as=fetch; crossorigin`)
      return links.length > 0 ? links.join(', ') : undefined
    }
    return undefined
  }

  /** As they are now: a running server takes the app's new build. */
  async #rows(): Promise<readonly FirstLoad[]> {
    const found = await stat(this.#file).catch(() => undefined)
    if (!found) return []
    if (this.#known?.changedMs === found.mtimeMs) return this.#known.rows
    try {
      const rows = JSON.parse(await readFile(this.#file, 'utf8')) as readonly FirstLoad[]
      this.#known = { changedMs: found.mtimeMs, rows }
      return rows
    } catch {
      // Half of it is written: pages come without, and the next one looks again.
      return []
    }
  }
}

/** What stands for each `$name`; undefined where it is another path. */
function match(pattern: readonly string[], path: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== path.length) return undefined
  const values: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const there = path[index]!
    if (part.startsWith('$') && plain.test(there)) values[part] = there
    else if (part !== there) return undefined
  }
  return values
}
