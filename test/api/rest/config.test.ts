import { equal, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { RestHouse } from './rest-house.ts'

test('CS1 the schema of the settings file knows the example, and no mistyped key', async t => {
  const house = await RestHouse.open(t)
  const { status, body } = await house.json('/api/v1/config/schema.json')
  equal(status, 200)
  const check = new Ajv({ strict: false }).compile(body)
  const example = parse(await readFile(join(import.meta.dirname, '../../../sightline.example.yaml'), 'utf8'))
  ok(check(example), JSON.stringify(check.errors))
  ok(!check({ live: { maxfps: 1 } }))
})
