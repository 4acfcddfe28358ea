import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate
} from 'graphql'
import { requireModest } from './document-cost.ts'
import { readDocument } from './document-limits.ts'

/** What somebody asks, as it came. */
export interface AskedDocument {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Whether the schema itself may be asked for, at the moment. */
export type IsIntrospective = () => boolean

/** Where the schema is no secret, a wrong name is answered with those that are near to it. */
export function validationOptions(isIntrospective: IsIntrospective) {
  return {
    get hideSuggestions() {
      return !isIntrospective()
    },
    maxErrors: 10
  }
}

const questions = /\b__(schema|type)\b/

/**
 * As `modestDocument`, and nothing that asks for a schema that is a secret: looked at each time, since what was found right once is
 * remembered. @throws AggregateError of GraphQLErrors, and what `modestDocument` throws
 */
export function permittedDocument(
  asked: AskedDocument,
  schema: GraphQLSchema,
  isIntrospective: IsIntrospective
): DocumentNode {
  const document = modestDocument(asked, schema)
  if (questions.test(asked.query) && !isIntrospective())
    requireNone(validate(schema, document, [NoSchemaIntrospectionCustomRule]))
  return document
}

/** Refuses what is too much to look at, and then what would be too much to do. @throws GraphQLError, SL_QUERY_TOO_LARGE, SL_REQUEST_INVALID */
export function modestDocument({ query, variables }: AskedDocument, schema: GraphQLSchema): DocumentNode {
  const document = readDocument(query)
  requireModest(document, schema, variables)
  return document
}

/** The same, and by the rules of the language. @throws AggregateError of GraphQLErrors, and what `modestDocument` throws */
export function checkedDocument(
  asked: AskedDocument,
  schema: GraphQLSchema,
  isIntrospective: IsIntrospective
): DocumentNode {
  const document = permittedDocument(asked, schema, isIntrospective)
  requireNone(validate(schema, document, specifiedRules, validationOptions(isIntrospective)))
  return document
}

function requireNone(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw new AggregateError(errors)
}
