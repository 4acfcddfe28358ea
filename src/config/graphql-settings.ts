import Type from 'typebox'

/** The section `graphql`. */
export const GraphqlSettings = Type.Object(
  {
    /** Whoever may ask anything may ask for the whole schema, and wrong names are answered with near ones. Default no. */
    introspection: Type.Optional(Type.Boolean()),
    /** `/graphiql` is there: a page for trying GraphQL out, which explains what `introspection` lets it ask for. Default no. */
    graphiql: Type.Optional(Type.Boolean())
  },
  { additionalProperties: false }
)
export type GraphqlSettings = Type.Static<typeof GraphqlSettings>
