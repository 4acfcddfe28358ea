import { deepStrictEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildSchema, isInputObjectType, isObjectType, parse, validate } from 'graphql'
import type { TObject } from 'typebox'
import { operationLimits } from '../../../src/api/graphql/document-cost.ts'
import { documentLimits } from '../../../src/api/graphql/document-limits.ts'
import { operationDefinitions } from '../../../src/api/graphql/operation-definitions.ts'
import { typeDefinitions } from '../../../src/api/graphql/type-definitions.ts'
import { EventCount } from '../../../src/contract/api/event.ts'
import { JobItem, NewJob } from '../../../src/contract/api/job.ts'
import { MeasureVersion, PeriodSample } from '../../../src/contract/api/measure.ts'
import { Recording, ReportFile } from '../../../src/contract/api/recording.ts'
import { Site } from '../../../src/contract/api/site.ts'
import { StreamItem } from '../../../src/contract/api/stream.ts'
import { System } from '../../../src/contract/api/system.ts'
import { EndedTrack } from '../../../src/contract/api/track.ts'

const schema = buildSchema(`${typeDefinitions}${operationDefinitions}`)
const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/graphql.md'), 'utf8')

/** By type, what REST has, and what leads on from there. */
const same: Readonly<Record<string, { readonly form: TObject; readonly links?: readonly string[] }>> = {
  Site: { form: Site },
  Stream: { form: StreamItem, links: ['inSite'] },
  Recording: { form: Recording, links: ['ofStream', 'files'] },
  ReportFile: { form: ReportFile },
  EventCount: { form: EventCount },
  Track: { form: EndedTrack, links: ['ofStream'] },
  Measure: { form: MeasureVersion },
  PeriodSample: { form: PeriodSample },
  Job: { form: JobItem, links: ['ofStream'] },
  NewJob: { form: NewJob },
  System: { form: System }
}

for (const [name, { form, links = [] }] of Object.entries(same))
  test(`GC1 ${name} has the fields that it has in REST`, () => {
    const type = schema.getType(name)
    ok(isObjectType(type) || isInputObjectType(type))
    deepStrictEqual(Object.keys(type.getFields()).sort(), [...Object.keys(form.properties), ...links].sort())
  })

test('GC2 what the guide shows can be asked', () => {
  const shown = [...guide.matchAll(/```graphql\n(.*?)```/gs)].map(([, text = '']) => text)
  const asked = /"query": "(.*)"\n/.exec(guide)?.[1]?.replaceAll('\\"', '"')
  for (const text of [...shown, asked ?? '']) deepStrictEqual(validate(schema, parse(text)), [])
})

test('GC3 the guide says how much may be asked for', () => {
  const numbers = [...guide.matchAll(/(?<=\| [^|]*)\d[\d,]*/g)].map(([text]) => Number(text.replaceAll(',', '')))
  for (const [name, most] of Object.entries({ ...documentLimits, ...operationLimits })) ok(numbers.includes(most), name)
})
