import { deepStrictEqual, ok } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { sourcesBelow } from '../support/source-tree.ts'

const dist = new URL('../../web/dist/', import.meta.url)
const skip = existsSync(new URL('index.html', dist)) ? false : 'web/dist is not built: npm test builds it'
/** What somebody on a phone waits for before anything is seen. */
const mostBytes = 200_000
/** A tool of developers, on a machine with a keyboard. */
const mostGraphiqlBytes = 500_000

function scriptsOf(page: string): readonly string[] {
  return [...page.matchAll(/(?:src|href)="\/(app\/[\w.-]+\.js)"/g)].map(([, name = '']) => name)
}

function packedSize(name: string): number {
  return gzipSync(readFileSync(new URL(name, dist))).length
}

test('Z1 what is loaded first is at most 200 KB of JavaScript, packed', { skip }, t => {
  const page = readFileSync(new URL('index.html', dist), 'utf8')
  const names = scriptsOf(page)
  ok(names.length >= 2, `only ${names} are named`)
  const bytes = names.reduce((sum, name) => sum + packedSize(name), 0)
  t.diagnostic(`${names.join(', ')}: ${bytes} bytes`)
  ok(bytes <= mostBytes, `${bytes} bytes`)
})

test('Z4 of every page it is known what it is made of, and no page is of more than 200 KB', { skip }, t => {
  const shell = new Set(scriptsOf(readFileSync(new URL('index.html', dist), 'utf8')))
  const rows: readonly { path: string; files: readonly string[] }[] = JSON.parse(
    readFileSync(new URL('first-loads.json', dist), 'utf8')
  )
  const routes = readFileSync(new URL('../../web/src/app/routes.tsx', import.meta.url), 'utf8')
  deepStrictEqual(
    rows.map(({ path }) => path),
    [...routes.matchAll(/path: '([^']+)'/g)].map(([, path]) => path)
  )
  for (const { path, files } of rows) {
    ok(
      files.some(file => /-page-/.test(file)),
      path
    )
    const bytes = [...shell, ...files].reduce((sum, name) => sum + packedSize(name), 0)
    t.diagnostic(`${path}: ${bytes} bytes in ${shell.size + files.length} files`)
    ok(bytes <= mostBytes, `${path}: ${bytes} bytes`)
  }
})

test('Z5 the page for trying GraphQL out is one file of at most 500 KB, packed, of which the app knows nothing', {
  skip
}, t => {
  const names = scriptsOf(readFileSync(new URL('graphiql.html', dist), 'utf8'))
  deepStrictEqual(
    names.map(name => name.replace(/-[\w-]{8}\./, '.')),
    ['app/graphiql.js']
  )
  const others = readdirSync(new URL('app/', dist)).filter(each => /\.js$/.test(each) && !each.startsWith('graphiql-'))
  const naming = others.filter(each => /graphiql-[\w-]{8}\./.test(readFileSync(new URL(`app/${each}`, dist), 'utf8')))
  deepStrictEqual(naming, [])
  const bytes = packedSize(names[0] ?? '')
  t.diagnostic(`${bytes} bytes`)
  ok(bytes <= mostGraphiqlBytes, `${bytes} bytes`)
})

test('Z2 nothing of the app asks another host for anything', { skip }, () => {
  const folder = new URL('app/', dist)
  const found = readdirSync(folder)
    .filter(name => /\.(js|css)$/.test(name))
    .flatMap(name => [
      ...readFileSync(new URL(name, folder), 'utf8').matchAll(/(?:fetch|import|url)\(["'`]?(https?:\/\/[^"'`)]+)/g)
    ])
  deepStrictEqual(
    found.map(([, address]) => address),
    []
  )
})

/** A text between two tags, or in an attribute that people read or hear. */
const said = />\s*([A-Za-z][a-z]+[^<>{}=;()]*)<\/|\b(?:aria-label|title|placeholder|label|alt)="([A-Za-z][^"]*)"/g
const names = /^Sightline$/

test('Z3 what the app says stands in web/src/strings', () => {
  const written = sourcesBelow('web/src')
    .filter(({ path }) => path.endsWith('.tsx'))
    .flatMap(({ path, code }) =>
      [...code.matchAll(said)].map(([, text, attribute]) => `${path}: ${(text ?? attribute ?? '').trim()}`)
    )
  deepStrictEqual(
    written.filter(each => !names.test(each.split(': ')[1] ?? '')),
    []
  )
})
