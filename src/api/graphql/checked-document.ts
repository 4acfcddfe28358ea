import {
  type DocumentNode,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  type ValidationRule,
  validate
} from 'graphql'
import { requireModest } from './document-cost.ts'
import { readDocument } from './document-limits.ts'

/** What somebody asks, as it came. */
export interface AskedDocument {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Rules beside those of the language. @param isIntrospective whether the schema itself may be asked for */
export function moreRules(isIntrospective: boolean): readonly ValidationRule[] {
  return isIntrospective ? [] : [NoSchemaIntrospectionCustomRule]
}

/** Where the schema is no secret, a wrong name is answered with those that are near to it. */
export function validationOptions(isIntrospective: boolean) {
  return { hideSuggestions: !isIntrospective, maxErrors: 10 }
}

/** Refuses what is too much to look at, and then what would be too much to do. @throws GraphQLError, SL_QUERY_TOO_LARGE, SL_REQUEST_INVALID */
export function modestDocument({ query, variables }: AskedDocument, schema: GraphQLSchema): DocumentNode {
  const document = readDocument(query)
  requireModest(document, schema, variables)
  return document
}

/** The same, and by the rules of the language. @throws AggregateError of GraphQLErrors, and what `modestDocument` throws */
export function checkedDocument(asked: AskedDocument, schema: GraphQLSchema, isIntrospective: boolean): DocumentNode {
  const document = modestDocument(asked, schema)
  const rules = [...specifiedRules, ...moreRules(isIntrospective)]
  const errors = validate(schema, document, rules, validationOptions(isIntrospective))
  if (errors.length > 0) throw new AggregateError(errors)
  return document
}
