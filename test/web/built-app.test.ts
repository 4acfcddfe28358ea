import { deepStrictEqual, ok } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { sourcesBelow } from '../support/source-tree.ts'

const dist = new URL('../../web/dist/', import.meta.url)
const skip = existsSync(new URL('index.html', dist)) ? false : 'web/dist is not built: npm test builds it'
/** What somebody on a phone waits for before anything is seen. */
const mostBytes = 200_000

test('Z1 what is loaded first is at most 200 KB of JavaScript, packed', { skip }, t => {
  const page = readFileSync(new URL('index.html', dist), 'utf8')
  const names = [...page.matchAll(/(?:src|href)="\/(app\/[\w.-]+\.js)"/g)].map(([, name = '']) => name)
  ok(names.length >= 2, `only ${names} are named`)
  const bytes = names.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, dist))).length, 0)
  t.diagnostic(`${names.join(', ')}: ${bytes} bytes`)
  ok(bytes <= mostBytes, `${bytes} bytes`)
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
