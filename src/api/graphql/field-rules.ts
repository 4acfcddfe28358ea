import { type GraphQLField, type GraphQLSchema, isNonNullType, isObjectType, valueFromAST } from 'graphql'
import type { GuardedRule } from '../../access/access-rule.ts'

/** A field that fetches or changes something, with its rule. */
export interface RuledField {
  /** Such as `Query.events`. */
  readonly name: string
  readonly rule: GuardedRule
  readonly field: GraphQLField<unknown, unknown>
}

/** The rule that `@access` gives a field; undefined for one that is part of what its parent fetched. */
function ruleOf({ name, astNode }: GraphQLField<unknown, unknown>, schema: GraphQLSchema): GuardedRule | undefined {
  const [given] = astNode?.directives?.filter(directive => directive.name.value === 'access') ?? []
  if (!given) return undefined
  const declared = schema.getDirective('access')
  const entries = declared?.args.map(({ name: part, type }) => {
    const node = given.arguments?.find(argument => argument.name.value === part)
    return [part, node && valueFromAST(node.value, type)]
  })
  if (!entries || entries.some(([, value]) => value === undefined))
    throw new Error(`@access of ${name} is not complete.`)
  return Object.fromEntries(entries) as GuardedRule
}

/**
 * Every field that has a rule, in the order of the schema.
 * @throws where a query, mutation or subscription has none, and where a rule is about a stream that no argument names: such
 * a schema is not served
 */
export function fieldRules(schema: GraphQLSchema): readonly RuledField[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const types = Object.values(schema.getTypeMap()).filter(isObjectType)
  return types.flatMap(type =>
    Object.values(type.getFields()).flatMap(field => {
      if (type.name.startsWith('__')) return []
      const name = `${type.name}.${field.name}`
      const rule = ruleOf(field, schema)
      if (!rule && roots.includes(type)) throw new Error(`${name} has no rule who may ask: give it @access(…).`)
      if (!rule) return []
      const stream = field.args.find(argument => argument.name === 'stream')
      if (rule.stream === 'each' && !(stream && isNonNullType(stream.type)))
        throw new Error(
          `The rule of ${name} is about each stream: give it an argument \`stream\` that is not left out.`
        )
      return [{ name, rule, field }]
    })
  )
}
