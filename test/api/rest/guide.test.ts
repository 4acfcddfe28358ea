import { deepStrictEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import Value from 'typebox/value'
import { NewJob } from '../../../src/contract/api/job.ts'
import { PastQuestion } from '../../../src/contract/api/measure.ts'
import { RestHouse } from './rest-house.ts'

const guide = readFileSync(new URL('../../../docs/guide/api.md', import.meta.url), 'utf8')

test('what docs/guide/api.md sends is what the API takes', () => {
  const bodies = [...guide.matchAll(/-d '(\{[^']*\})'/g)].map(([, body]) => JSON.parse(body!) as unknown)
  deepStrictEqual([Value.Errors(PastQuestion, bodies[0]), Value.Errors(NewJob, bodies[1])], [[], []])
})

test('what docs/guide/api.md says there is, is there', async t => {
  const house = await RestHouse.open(t)
  const { body } = await house.json('/openapi.json')
  const table = guide.slice(guide.indexOf('| at |'), guide.indexOf('## How it speaks'))
  const places = [...table.matchAll(/`(\/[a-z/]+)`/g)].map(([, place]) => place!)
  ok(places.length > 15)
  deepStrictEqual(
    places.filter(place => !Object.hasOwn(body.paths as object, `/api/v1${place}`)),
    []
  )
})
