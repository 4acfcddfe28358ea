import { deepStrictEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument
} from 'graphql'
import { executableSchema } from '../../src/api/graphql/executable-schema.ts'
import { fieldRules } from '../../src/api/graphql/field-rules.ts'
import { Subscriber } from '../api/graphql/subscriber.ts'
import { fill, type StreamContents } from '../api/rest/rest-contents.ts'
import { people } from '../api/rest/rest-house.ts'
import { ServedHouse } from '../support/served-house.ts'

// What is behind the rules of fields, as access-contents.test.ts does it for routes: every field of the schema that no rule has
// judged by the stream's name, with all that can be selected below it. One that is missing in `cases` fails the first test.

type Given = Readonly<Record<string, unknown>>
/** A list, by arguments that show both streams; one thing of a stream; or why a field says nothing of any. */
type Case = { readonly list: Given } | { readonly one: (what: StreamContents) => Given } | string

const minutes = { fromMs: 1_700_000_040_000, toMs: 1_700_000_100_000, period: 'hour', groupBy: ['stream'] }
const link = 'of what was found: selected below the others'
const cases: Readonly<Record<string, Case>> = {
  'Query.sites': { list: {} },
  'Query.site': { one: ({ siteId }) => ({ id: siteId }) },
  'Query.streams': { list: {} },
  'Query.recordings': { list: {} },
  'Query.recording': { one: ({ recordingId }) => ({ id: recordingId }) },
  'Query.reports': { list: {} },
  'Query.report': { one: ({ recordingId }) => ({ id: recordingId }) },
  'Query.clips': { list: {} },
  'Query.clip': { one: ({ clipId }) => ({ id: clipId }) },
  'Query.events': { list: {} },
  'Query.event': { one: ({ eventId }) => ({ id: eventId }) },
  'Query.eventCounts': { list: minutes },
  'Query.tracks': { list: { stream: ['yard', 'attic'] } },
  'Query.jobs': { list: {} },
  'Query.job': { one: ({ jobId }) => ({ id: jobId }) },
  'Query.models': 'what the server can run',
  'Query.model': 'what the server can run',
  'Mutation.addStream': 'makes one',
  'Mutation.createJob': { one: ({ recordingId }) => ({ job: { recording: recordingId } }) },
  'Mutation.cancelJob': { one: ({ jobId }) => ({ id: jobId }) },
  'Subscription.events': 'api/graphql/subscriptions.test.ts, GS1 and GS5',
  'Subscription.jobProgress': { one: ({ jobId }) => ({ id: jobId }) },
  'Stream.inSite': link,
  'Recording.ofStream': link,
  'Recording.files': link,
  'Event.ofStream': link,
  'Track.ofStream': link,
  'Job.ofStream': link,
  'Clip.ofStream': link,
  'Report.ofStream': link,
  'ReportWithSummary.ofStream': link
}

const nobody = () => Promise.reject(new Error('nobody follows anything here'))
const schema = executableSchema({ events: nobody, tracks: nobody, jobProgress: nobody } as never)
const behindRules = fieldRules(schema).filter(({ rule }) => rule.stream !== 'each' && rule.need !== 'administer')

let served: ServedHouse
let yard: StreamContents
let attic: StreamContents
/** Which olga, an operator elsewhere, may look at. */
let street: StreamContents
before(async () => {
  served = await ServedHouse.open({}, { callers: () => people })
  yard = await fill(served.house.storage, 'yard')
  attic = await fill(served.house.storage, 'attic')
  street = await fill(served.house.storage, 'street')
})
after(() => served[Symbol.asyncDispose]())

/** What was selected so far, as `Event.ofStream`. */
const selected = new Set<string>()

/** All that can be asked of something: links one step far. */
function selection(type: GraphQLOutputType, steps = 1): string {
  const of = getNamedType(type)
  if (!isObjectType(of)) return ''
  const fields = Object.values(of.getFields()).flatMap(field => {
    if (field.args.some(isRequiredArgument)) return []
    if (isLeafType(getNamedType(field.type))) return field.name
    if (isLink(of, field) && steps === 0) return []
    selected.add(`${of.name}.${field.name}`)
    return `${field.name} ${selection(field.type, isLink(of, field) ? steps - 1 : steps)}`
  })
  return `{ ${fields.join(' ')} }`
}
const isLink = (type: GraphQLObjectType, { name }: GraphQLField<unknown, unknown>) =>
  behindRules.some(rule => rule.name === `${type.name}.${name}`)

/** The only field of an operation, with these arguments. */
function documentOf(name: string, given: Given): { readonly query: string; readonly variables: Given } {
  const { field } = behindRules.find(each => each.name === name)!
  const used = field.args.filter(argument => Object.hasOwn(given, argument.name))
  const declared = used.map(argument => `$${argument.name}: ${argument.type}`).join(', ')
  const passed = used.map(argument => `${argument.name}: $${argument.name}`).join(', ')
  const operation = name.split('.')[0]!.toLowerCase()
  const asked = `${field.name}${passed && `(${passed})`} ${selection(field.type)}`
  return { query: `${operation} ${declared && `(${declared})`} { ${asked} }`, variables: given }
}

interface Told {
  readonly data?: object | null
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}

async function ask(name: string, given: Given, as: string): Promise<{ readonly codes: string; readonly data: string }> {
  return toldOf((await served.ask('POST /graphql', { as, body: documentOf(name, given) })).body)
}
const toldOf = ({ data = null, errors = [] }: Told) => ({
  codes: errors.map(({ extensions }) => extensions.code).join(),
  data: JSON.stringify(data)
})

test('AF1 each field is gone through here, or it is said why not', () => {
  deepStrictEqual(behindRules.map(({ name }) => name).sort(), Object.keys(cases).sort())
})

const of = <Kind extends 'list' | 'one'>(kind: Kind) =>
  Object.entries(cases).filter((each): each is [string, Extract<Case, Record<Kind, unknown>>] =>
    Object.hasOwn(Object(each[1]), kind)
  )
const others = ['attic', 'site-attic', 'attic/1/1', 'attic/1']

for (const [name, { list }] of of('list'))
  test(`AF2 ${name} shows what is permitted and nothing else, whatever is asked of it`, async () => {
    const most = { ...list, limit: 20 }
    const everything = await ask(name, most, 'admin')
    ok(everything.data.includes('attic') && everything.data.includes('yard'), JSON.stringify(everything))
    const { field } = behindRules.find(each => each.name === name)!
    const asked = field.args.flatMap(argument =>
      others.flatMap(value => [{ [argument.name]: value }, { [argument.name]: [value] }])
    )
    for (const as of ['olga', 'vera', 'nemo'])
      for (const more of as === 'vera' ? [{}, ...asked] : [{}]) {
        const { data } = await ask(name, { ...most, ...more }, as)
        ok(!data.includes('attic'), `${as} ${JSON.stringify(more)}: ${data.slice(0, 300)}`)
      }
    ok((await ask(name, most, 'vera')).data.includes('yard'))
    ok(!(await ask(name, most, 'nemo')).data.includes('yard'))
  })

for (const [name, { one }] of of('one'))
  test(`AF3 ${name} is, for who may not see the stream, as if it was not there`, async t => {
    const { need } = behindRules.find(each => each.name === name)!.rule
    const told = async (what: StreamContents, as: string) => {
      if (!name.startsWith('Subscription')) return ask(name, one(what), as)
      const { query, variables } = documentOf(name, one(what))
      const following = new Subscriber(t, served.url, { authorization: `Bearer ${as}` }).follow(query, { ...variables })
      const [first] = await following.hears(1).catch(() => [])
      return first ? toldOf(first) : { codes: following.ended!.join(), data: '' }
    }
    for (const as of ['olga', 'vera', 'nemo']) {
      const { codes, data } = await told(attic, as)
      deepStrictEqual([as, codes], [as, need === 'view' || as !== 'vera' ? 'SL_RESOURCE_UNKNOWN' : 'SL_NOT_PERMITTED'])
      ok(!data.includes('attic'), data)
    }
    const asked = [told(street, 'olga'), told(yard, 'olga'), told(yard, 'nemo'), told(attic, 'admin')]
    deepStrictEqual(
      (await Promise.all(asked)).map(({ codes }) => codes),
      [need === 'view' ? '' : 'SL_NOT_PERMITTED', '', 'SL_RESOURCE_UNKNOWN', '']
    )
  })

test('AF4 every link was asked for', () => {
  const links = Object.keys(cases).filter(name => cases[name] === link)
  deepStrictEqual(
    links.filter(name => !selected.has(name)),
    []
  )
})
