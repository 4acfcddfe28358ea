import { deepStrictEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { GraphHouse } from './graph-house.ts'

let graph: GraphHouse
const closing: (() => unknown)[] = []
before(async () => {
  graph = await GraphHouse.open({ after: close => void closing.push(close as () => unknown) })
})
after(async () => {
  for (const close of closing) await close()
})

const query = '{ streams { next } }'
const json = { 'content-type': 'application/json' }

const refused = [
  { rule: 'GR1 several documents at once', body: JSON.stringify([{ query }, { query }]), headers: json, status: 400 },
  { rule: 'GR2 a field that there is not', body: JSON.stringify({ query, more: 1 }), headers: json, status: 400 },
  {
    rule: 'GR3 a prototype',
    body: `{"query":"${query}","variables":{"__proto__":{"a":1}}}`,
    headers: json,
    status: 400
  },
  {
    rule: 'GR4 text, as any page may send it',
    body: JSON.stringify({ query }),
    headers: { 'content-type': 'text/plain' },
    status: 415
  },
  {
    rule: 'GR5 a form, as any page may send it',
    body: `query=${encodeURIComponent(query)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415
  },
  {
    rule: 'GR6 a document of 17,000 letters',
    body: JSON.stringify({ query: query.padEnd(17_000) }),
    headers: json,
    status: 400
  },
  {
    rule: 'GR7 a page of another site',
    body: JSON.stringify({ query }),
    headers: { ...json, origin: 'https://evil.example' },
    status: 403
  }
] as const

for (const { rule, body, headers, status } of refused)
  test(`${rule} is refused`, async () => {
    const { house } = graph
    const answer = await fetch(`${house.url}/graphql`, {
      method: 'POST',
      headers: { authorization: 'Bearer admin', ...headers },
      body
    })
    equal(answer.status, status)
  })

test('GR8 nothing is asked or done by GET', async () => {
  const { house } = graph
  for (const document of [query, 'mutation { removeStream(stream: "yard") }']) {
    const answer = await house.ask(`/graphql?query=${encodeURIComponent(document)}`)
    deepStrictEqual([answer.status, answer.headers.get('allow')], [405, 'POST'])
  }
})

test('GR9 a stranger is asked who they are, before their document is read', async () => {
  const { house } = graph
  const answer = await fetch(`${house.url}/graphql`, { method: 'POST', headers: json, body: 'no JSON at all' })
  equal(answer.status, 401)
})

test('GR10 answers are kept nowhere on the way', async () => {
  const { house } = graph
  const answer = await house.ask('/graphql', { method: 'POST', body: { query } })
  equal(answer.headers.get('cache-control'), 'no-store')
  deepStrictEqual(await answer.json(), { data: { streams: { next: null } } })
})
