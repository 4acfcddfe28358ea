import { deepStrictEqual } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

test('every rule of docs/spec/measures.md is cited by a title of a test here, and no other rule is', () => {
  const spec = readFileSync(join(import.meta.dirname, '../../docs/spec/measures.md'), 'utf8')
  const rules = [...spec.matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, rule]) => rule!)
  const titles = readdirSync(import.meta.dirname)
    .filter(name => name.endsWith('.test.ts'))
    .flatMap(
      name => readFileSync(join(import.meta.dirname, name), 'utf8').match(/(?<=['`])[A-Z]\d+ (and [A-Z]\d+ )?/g) ?? []
    )
  const cited = new Set(titles.flatMap(title => title.match(/[A-Z]\d+/g) ?? []))
  deepStrictEqual([...cited].sort(), [...new Set(rules)].sort())
})
