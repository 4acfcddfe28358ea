import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One import, export-from or dynamic import of a source file. */
export interface ImportStatement {
  /** As written: `node:fs`, `yaml`, `../core/errors.ts`. */
  readonly specifier: string
  readonly typeOnly: boolean
  readonly line: number
}

export interface SourceFile {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string
  readonly lines: readonly string[]
  /** The text with comments blanked, line for line: what is only talked about breaks no rule. */
  readonly code: string
  readonly imports: readonly ImportStatement[]
}

const root = join(import.meta.dirname, '..', '..')
const statement =
  /^[ \t]*(?:import|export)\b(?<clause>[^'"`;]*?)\bfrom\s*['"](?<from>[^'"]+)['"]|^[ \t]*import\s*['"](?<bare>[^'"]+)['"]|\bimport\(\s*['"](?<dynamic>[^'"]+)['"]/gm

/** Every TypeScript and JavaScript source below the named folders that exist, in order of path. */
export function sourcesBelow(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap(folder => pathsBelow(folder)).map(readSource)
}

/** Text of a file of the repository, or nothing when there is no such file. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}

/** 1-based line on which character `index` of `text` stands. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

function pathsBelow(folder: string): string[] {
  const names = namesIn(folder)
  return names.flatMap(({ name, isFolder }) => {
    if (isFolder) return name === 'node_modules' || name === 'dist' ? [] : pathsBelow(`${folder}/${name}`)
    return /\.(ts|tsx|mjs)$/.test(name) ? [`${folder}/${name}`] : []
  })
}

function namesIn(folder: string): { name: string; isFolder: boolean }[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
      .filter(entry => !entry.name.startsWith('.'))
      .map(entry => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

function readSource(path: string): SourceFile {
  return parseSource(path, textOf(path) ?? '')
}

/** What the rules look at in a file's text. */
export function parseSource(path: string, text: string): SourceFile {
  const code = withoutComments(text)
  const imports = [...code.matchAll(statement)].map(({ groups, index, 0: whole }) => {
    const { clause = '', from, bare, dynamic } = groups ?? {}
    return {
      specifier: from ?? bare ?? dynamic ?? '',
      typeOnly: /^\s+type\s/.test(clause),
      line: lineAt(code, index + whole.search(/\S/))
    }
  })
  return { path, lines: text.replace(/\n$/, '').split('\n'), code, imports }
}

/** Strings and templates are passed over as they are, so that `//` inside a URL begins no comment. */
function withoutComments(text: string): string {
  const token = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?<![\\:])\/\/[^\n]*/g
  return text.replace(token, found => (/^\/[*/]/.test(found) ? found.replace(/[^\n]/g, ' ') : found))
}
