import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { getIntrospectionQuery } from 'graphql'
import { codesOf, GraphHouse } from './graph-house.ts'

let graph: GraphHouse
const closing: (() => unknown)[] = []
before(async () => {
  graph = await GraphHouse.open({ after: close => void closing.push(close as () => unknown) })
})
after(async () => {
  for (const close of closing) await close()
})
beforeEach(() => {
  graph.asked.length = 0
})

const times = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n)).join(' ')
const nested = (depth: number) => `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`

const tooMuch = [
  { rule: 'GD1 fifty levels of fields', query: nested(50) },
  { rule: 'GD2 a thousand aliases', query: `{ ${times(1000, n => `a${n}: system { node }`)} }` },
  {
    rule: 'GD3 thirty-one aliases, which cost next to nothing',
    query: `{ streams(limit: 1) { items { ${times(31, n => `a${n}: name`)} } } }`
  },
  {
    rule: 'GD4 five hundred changes under aliases',
    query: `mutation { ${times(500, n => `a${n}: cancelJob(id: "abcdefghjkmn") { id }`)} }`
  },
  {
    rule: 'GD5 eleven changes in one document',
    query: `mutation { ${times(11, () => 'removeStream(stream: "yard")')} }`
  },
  { rule: 'GD6 a thousand directives', query: `{ streams ${times(1000, () => '@include(if: true)')} { next } }` },
  {
    rule: 'GD7 fragments that double each other',
    query: `{ ...f0 } ${times(29, n => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`)} fragment f29 on Query { streams { next } }`
  },
  {
    rule: 'GD8 hundreds of fragments',
    query: `{ ...f0 } ${times(200, n => `fragment f${n} on Query { __typename }`)}`
  },
  { rule: 'GD9 eleven operations', query: times(11, n => `query q${n} { streams { next } }`) },
  {
    rule: 'GD10 pages that are large, of items with much in them',
    query: `{ events(limit: 1000) { items { ${times(26, () => 'ofStream { name }')} } } }`
  },
  {
    rule: 'GD11 pages whose size a variable says',
    query: `query ($n: Int) { events(limit: $n) { items { ${times(26, () => 'ofStream { name }')} } } }`,
    variables: { n: 1000 }
  },
  {
    rule: 'GD12 pages whose size a default says',
    query: `query ($n: Int = 1000) { events(limit: $n) { items { ${times(26, () => 'ofStream { name }')} } } }`
  },
  { rule: 'GD13 more fields than anybody reads', query: `{ ${times(501, () => '__typename')} }` }
] as const

for (const { rule, query, ...more } of tooMuch)
  test(`${rule}: refused before anything is done`, async () => {
    const told = await graph.ask(query, more)
    deepStrictEqual([told.status, codesOf(told), told.data], [400, ['SL_QUERY_TOO_LARGE'], undefined])
    deepStrictEqual(graph.asked, [])
  })

const wrong = [
  { rule: 'GD20 a fragment of itself', query: '{ ...a } fragment a on Query { ...a }' },
  {
    rule: 'GD21 fragments in a ring',
    query: '{ ...a } fragment a on Query { ...b } fragment b on Query { ...c } fragment c on Query { ...a }'
  },
  { rule: 'GD22 the schema', query: '{ __schema { types { name } } }' },
  { rule: 'GD23 a type', query: '{ __type(name: "Query") { fields { name } } }' },
  {
    rule: 'GD24 the schema by a fragment named __schema',
    query: '{ ...__schema } fragment __schema on Query { __schema { types { name } } }'
  },
  { rule: 'GD25 no GraphQL', query: '{ streams {' },
  { rule: 'GD26 more words than are read', query: `{ ${'streams(limit: 1, limit: 2)'.repeat(300)} }` },
  { rule: 'GD27 a tree in place of a document', query: '{"kind":"Document","definitions":[]}' },
  { rule: 'GD28 a subscription', query: 'subscription { tracks(stream: "yard") { frame } }' },
  { rule: 'GD29 an operation that is not there', query: 'query a { streams { next } }', operationName: 'b' },
  {
    rule: 'GD30 values that are none',
    query: 'query ($n: Int) { streams(limit: $n) { next } }',
    variables: { n: 'many' }
  }
] as const

for (const { rule, query, ...more } of wrong)
  test(`${rule}: refused with a code`, async () => {
    const told = await graph.ask(query, more)
    equal(told.status, 400)
    ok(codesOf(told).length > 0 && codesOf(told).every(code => code === 'SL_REQUEST_INVALID'), JSON.stringify(told))
    deepStrictEqual(graph.asked, [])
  })

test('GD40 a name is no way in: a fragment named __schema may spread what anybody may ask', async () => {
  deepStrictEqual(await graph.data('{ ...__schema } fragment __schema on Query { streams { next } }'), {
    streams: { next: null }
  })
})

test('GD41 what there is is not told by way of what there is not', async () => {
  const { errors } = await graph.ask('{ stream(stream: "yard") { nam } }')
  ok(!/name|mean/.test(errors[0]!.message), errors[0]!.message)
})

test('GD42 where it is configured tools may ask for the whole schema', async t => {
  const open = await GraphHouse.open(t, { isIntrospective: () => true })
  const { __schema } = await open.data(getIntrospectionQuery())
  ok(JSON.stringify(__schema).includes('"EventPage"'))
})

test('GD44 once it is configured otherwise nobody may, also in words that were right before', async t => {
  let isOpen = true
  const changing = await GraphHouse.open(t, { isIntrospective: () => isOpen })
  ok((await changing.data('{ __type(name: "Event") { name } }')).__type)
  isOpen = false
  const { errors } = await changing.ask('{ __type(name: "Event") { name } }')
  ok(/introspection/.test(errors[0]!.message), errors[0]!.message)
})

test('GD43 a document that is refused again and again is refused in the same words', async () => {
  const [first, second] = [await graph.ask('{ nothing }'), await graph.ask('{ nothing }')]
  deepStrictEqual(first, second)
})
