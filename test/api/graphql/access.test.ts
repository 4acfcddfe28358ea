import { deepStrictEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { buildSchema, type GraphQLField } from 'graphql'
import { areas, type Principal, type Reach } from '../../../src/access/principal.ts'
import { type Arguments, askingOf } from '../../../src/api/graphql/asked.ts'
import { executableSchema } from '../../../src/api/graphql/executable-schema.ts'
import { fieldRules, type RuledField } from '../../../src/api/graphql/field-rules.ts'
import { operationDefinitions } from '../../../src/api/graphql/operation-definitions.ts'
import { typeDefinitions } from '../../../src/api/graphql/type-definitions.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import { fill } from '../rest/rest-contents.ts'
import { codesOf, GraphHouse } from './graph-house.ts'

const yard = new Set(['yard'])
const nothing: ReadonlySet<string> = new Set()

function person(role: Principal['role'], viewing: Reach, operating: Reach): Principal {
  return { actor: `user:${role}`, userId: role, role, scopes: undefined, viewing, operating }
}
const people = {
  admin: person('admin', 'all', 'all'),
  'operator of all': person('operator', 'all', 'all'),
  'operator of the yard': person('operator', yard, yard),
  'operator who may look at the yard': person('operator', yard, nothing),
  'operator of nothing': person('operator', nothing, nothing),
  'viewer of the yard': person('viewer', yard, nothing),
  'viewer of nothing': person('viewer', nothing, nothing),
  // A grant to operate is no role.
  'viewer with a grant to operate': person('viewer', yard, yard)
}

class Reached extends Error {}

/** What is behind a field's rule: whoever gets there was let through. */
const followed = Object.fromEntries(
  ['events', 'tracks', 'jobProgress'].map(name => [
    name,
    () => {
      throw new Reached()
    }
  ])
) as unknown as Parameters<typeof executableSchema>[0]
const ruled = fieldRules(executableSchema(followed))

/** The code that `principal` is refused with; undefined for who gets to what is behind the rule. */
async function codeOf({ field }: RuledField, principal: Principal): Promise<string | undefined> {
  const unreachable = new Proxy({}, { get: () => reach })
  const reach = () => {
    throw new Reached()
  }
  const asking = askingOf(
    () => unreachable as never,
    () => principal
  )
  const given = Object.fromEntries(field.args.map(({ name }) => [name, sample(name)]))
  try {
    const act = (field.subscribe ?? field.resolve) as NonNullable<GraphQLField<unknown, unknown>['resolve']>
    await act(
      { stream: 'yard', site: 'site', id: 'x' },
      given,
      Object.assign(asking, { keep: reach, closed: reach }),
      {} as never
    )
  } catch (error) {
    return error instanceof SightlineError ? error.code : undefined
  }
  return undefined
}

function sample(name: string): unknown {
  const samples: Arguments = {
    stream: 'yard',
    epoch: 1,
    track: 1,
    id: 'abcdefghjkmn',
    definition: {},
    change: {},
    job: {}
  }
  return samples[name] ?? null
}

/** By hand, and not by the rules of `src/access`. */
function expected({ rule }: RuledField, { role, viewing, operating }: Principal): string | undefined {
  const sees = viewing === 'all' || viewing.has('yard')
  const operates = operating === 'all' || operating.has('yard')
  const isEnough = role === 'admin' || rule.need === 'view' || (rule.need === 'operate' && role === 'operator')
  if (rule.stream !== 'each') return isEnough ? undefined : 'SL_NOT_PERMITTED'
  if (!sees) return 'SL_STREAM_UNKNOWN'
  return isEnough && (rule.need === 'view' || operates) ? undefined : 'SL_NOT_PERMITTED'
}

for (const each of ruled)
  test(`GA1 ${each.name} is for whom its rule says, by role and grant`, async () => {
    for (const [name, principal] of Object.entries(people)) {
      const code = await codeOf(each, principal)
      const refusals = ['SL_NOT_PERMITTED', 'SL_STREAM_UNKNOWN']
      equal(refusals.includes(code ?? '') ? code : undefined, expected(each, principal), name)
    }
  })

for (const each of ruled)
  test(`GA2 ${each.name} is not for tokens without its scope`, async () => {
    const { area, need } = each.rule
    const verb = need === 'view' ? 'read' : 'write'
    const others = areas.flatMap(other => (['read', 'write'] as const).map(of => `${other}:${of}` as const))
    const all = others.filter(scope => scope !== `${area}:${verb}`)
    equal(await codeOf(each, { ...people.admin, scopes: new Set(all) }), 'SL_NOT_PERMITTED')
    ok((await codeOf(each, { ...people.admin, scopes: new Set(others) })) !== 'SL_NOT_PERMITTED')
  })

const broken = [
  {
    rule: 'a query without a rule',
    from: 'site(id: String!): Site @access(area: streams, need: view, stream: found)',
    to: 'site(id: String!): Site'
  },
  {
    rule: 'a link without a rule',
    from: 'ofStream: Stream @access(area: streams, need: view, stream: found)',
    to: 'ofStream: Stream'
  },
  { rule: 'a rule about a stream that nobody names', from: 'stream(stream: String!)', to: 'stream(stream: String)' },
  {
    rule: 'a field that nothing answers',
    from: 'type Query {',
    to: 'type Query { secret: String @access(area: system, need: administer, stream: none)'
  }
]
for (const { rule, from, to } of broken)
  test(`GA3 a schema with ${rule} is not served`, () => {
    const definitions = `${typeDefinitions}${operationDefinitions}`
    const changed = definitions.replace(from, to)
    ok(changed !== definitions)
    buildSchema(changed)
    throws(() => executableSchema(followed, changed), /rule|answers/)
  })

test('GA4 lists show what is permitted, and single things of others are not there', async t => {
  const graph = await GraphHouse.open(t)
  const own = await fill(graph.house, 'yard')
  const other = await fill(graph.house, 'street')
  const lists =
    '{ events { items { stream } } jobs { items { stream } } recordings { items { stream } } reports { items { stream } } clips { items { stream } } streams { items { name } } sites { items { id } } }'
  const seen = await graph.data(lists, { as: 'vera' })
  ok(!JSON.stringify(seen).includes('street'))
  ok(JSON.stringify(seen).includes(own.siteId))
  const single =
    'query ($e: String!, $j: String!, $r: String!) { event(id: $e) { id } job(id: $j) { id } recording(id: $r) { id } }'
  for (const [field, id] of [
    ['event', other.eventId],
    ['job', other.jobId],
    ['recording', other.recordingId],
    ['report', other.recordingId],
    ['clip', other.clipId],
    ['site', other.siteId]
  ] as const) {
    const told = await graph.ask(`query ($id: String!) { ${field}(id: $id) { __typename } }`, {
      as: 'vera',
      variables: { id }
    })
    deepStrictEqual(codesOf(told), ['SL_RESOURCE_UNKNOWN'], field)
  }
  await graph.data(single, { as: 'vera', variables: { e: own.eventId, j: own.jobId, r: own.recordingId } })
})

test('GA5 what belongs to a stream is changed by who may operate that, and written down', async t => {
  const graph = await GraphHouse.open(t)
  const [yardOwn, street] = [await fill(graph.house, 'yard'), await fill(graph.house, 'street')]
  const cancel = (id: string, as: 'olga' | 'vera') =>
    graph.ask('mutation ($id: String!) { cancelJob(id: $id) { state } }', { as, variables: { id } })
  deepStrictEqual(codesOf(await cancel(yardOwn.jobId, 'vera')), ['SL_NOT_PERMITTED'])
  deepStrictEqual(codesOf(await cancel(street.jobId, 'olga')), ['SL_NOT_PERMITTED'])
  deepStrictEqual((await cancel(yardOwn.jobId, 'olga')).data, { cancelJob: { state: 'cancelled' } })
  const { body } = await graph.house.json('/api/v1/audit')
  const [last] = body.items as { actor: string; action: string; subject: string }[]
  deepStrictEqual([last?.actor, last?.action, last?.subject], ['user:olga', 'job-cancelled', `job/${yardOwn.jobId}`])
})
