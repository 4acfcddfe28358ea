import { buildSchema, type GraphQLSchema } from 'graphql'
import { SightlineError } from '../../core/errors.ts'
import { refusal } from '../route-access.ts'
import type { Arguments, Asking } from './asked.ts'
import { fieldRules, type RuledField } from './field-rules.ts'
import { linkFields } from './link-fields.ts'
import { mutationFields } from './mutation-fields.ts'
import { operationDefinitions } from './operation-definitions.ts'
import { queryFields } from './query-fields.ts'
import type { Following, subscriptionFields } from './subscription-fields.ts'
import { typeDefinitions } from './type-definitions.ts'

type Resolve = (parent: never, given: Arguments, asking: never) => unknown
type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolve>>>>

/** What there is beside what can be followed: that needs a connection. */
const resolvers: Resolvers = { Query: queryFields, Mutation: mutationFields, ...linkFields }

/**
 * The schema with what answers it, each field behind its rule.
 * @param followed what begins each subscription
 * @throws where a field has no rule, or a rule no field
 */
export function executableSchema(
  followed: ReturnType<typeof subscriptionFields>,
  definitions = `${typeDefinitions}${operationDefinitions}`
): GraphQLSchema {
  const schema = buildSchema(definitions)
  const guarded = new Map(fieldRules(schema).map(each => [each.name, each]))
  const all: Resolvers = { ...resolvers, Subscription: followed }
  for (const [type, fields] of Object.entries(all))
    for (const [name, resolve] of Object.entries(fields)) {
      const ruled = guarded.get(`${type}.${name}`)
      if (!ruled) throw new Error(`${type}.${name} has no rule who may ask: give it @access(…).`)
      guarded.delete(ruled.name)
      if (type === 'Subscription')
        Object.assign(ruled.field, { subscribe: keptBehind(ruled, resolve), resolve: itself })
      else ruled.field.resolve = behind(ruled, resolve)
    }
  const [unanswered] = guarded.keys()
  if (unanswered !== undefined) throw new Error(`Nothing answers ${unanswered}.`)
  return schema
}

/** @throws SL_NOT_PERMITTED, SL_STREAM_UNKNOWN for who may not ask for the field */
function requirePassage({ rule }: RuledField, { principal }: Pick<Asking, 'principal'>, given: Arguments): void {
  const refused = refusal(rule, principal, typeof given.stream === 'string' ? given.stream : undefined)
  if (refused) throw new SightlineError(refused.code, refused.detail)
}

const itself = (told: unknown) => told

/** As `behind`, and judged again for as long as it is followed. */
function keptBehind(field: RuledField, resolve: Resolve) {
  return behind(field, (parent, given, asking) => {
    const asked = asking as Following
    const { sources, links, closed, keep } = asked
    const following: Following = {
      get principal() {
        return asked.principal
      },
      ...{ sources, links, closed },
      keep: (source, review) =>
        keep(source, now => {
          requirePassage(field, { principal: now }, given)
          review(now)
        })
    }
    return resolve(parent, given, following as never)
  })
}

function behind(field: RuledField, resolve: Resolve) {
  return (parent: unknown, given: Arguments, asking: unknown) => {
    requirePassage(field, asking as Asking, given)
    return resolve(parent as never, given, asking as never)
  }
}
