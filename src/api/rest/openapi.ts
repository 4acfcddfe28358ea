import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { AccessRule } from '../../access/access-rule.ts'

/** What the documentation begins with. */
const description = [
  'Everything that can be asked and changed. Lists come by pages (`limit`, `cursor`; `next` in the answer and a header',
  '`Link`); those that are data also as CSV and NDJSON, by `Accept` or `format`. Single things have an `ETag`. Requests that',
  'make something may carry an `Idempotency-Key`. Refusals are problem documents (RFC 9457) with a `code` for programs.',
  'Times are epoch milliseconds.'
].join(' ')

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = { readonly [key: string]: Json }

/**
 * Has every route that `server` is given from now on described in the document at `server.swagger()`: what is asked, what is
 * answered, and who may ask.
 */
export async function describeRoutes(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sightline', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A token of the API: `Authorization: Bearer slt_…`.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'sightline',
            description: 'Somebody who is signed in.'
          }
        }
      },
      security: [{ token: [] }, { session: [] }]
    },
    // What says nothing of itself elsewhere is a page or a part of one.
    transform: ({ schema, url, route }) => ({
      schema: {
        hide: !schema?.summary && !url.startsWith('/api/'),
        ...scopes(route.config?.access),
        ...(schema as object)
      },
      url
    }),
    transformObject: document =>
      tidy(('openapiObject' in document ? document.openapiObject : {}) as unknown as JsonObject) as object
  })
}

/** Which scope a token needs, as an extension: OpenAPI has scopes for OAuth alone. */
function scopes(rule: AccessRule | undefined): object {
  if (!rule || 'open' in rule) return {}
  return { 'x-scope': `${rule.area}:${rule.need === 'view' ? 'read' : 'write'}`, 'x-need': rule.need }
}

/**
 * Schemas with a title stand once, among the components, and so does each refusal; lists of fixed length are as JSON Schema
 * 2020-12 has them.
 */
function tidy(document: JsonObject): JsonObject {
  const schemas = new Map<string, Json>()
  const responses = new Map<string, Json>()
  const walk = (value: Json, isSchema: boolean): Json => {
    if (Array.isArray(value)) return value.map(each => walk(each, isSchema))
    if (typeof value !== 'object' || value === null) return value
    const walked: Record<string, Json> = {}
    for (const [key, part] of Object.entries(value as JsonObject)) {
      if (key === 'items' && Array.isArray(part)) {
        walked.prefixItems = walk(part, true)
        walked.items = false
      } else if (key === 'responses' && !isSchema) walked[key] = refusalsOf(walk(part, false) as JsonObject)
      else if (key !== 'additionalItems') walked[key] = walk(part, isSchema || key === 'schema')
    }
    if (!isSchema || typeof walked.title !== 'string') return walked
    const { title, ...rest } = walked
    return named(schemas, 'schemas', title as string, rest)
  }
  const refusalsOf = (answers: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(answers).map(([status, answer]) =>
        Number(status) < 400 ? [status, answer] : [status, named(responses, 'responses', `Refused${status}`, answer)]
      )
    )
  const paths = walk(document.paths ?? {}, false)
  const components = {
    ...(document.components as JsonObject),
    schemas: inOrder(schemas),
    responses: inOrder(responses)
  }
  return { ...document, paths, components }
}

/** What differs from the first of its name stays where it is. */
function named(known: Map<string, Json>, kind: string, name: string, value: Json): Json {
  const before = known.get(name)
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(value)) return value
  known.set(name, value)
  return { $ref: `#/components/${kind}/${name}` }
}

function inOrder(parts: ReadonlyMap<string, Json>): JsonObject {
  return Object.fromEntries([...parts].sort(([one], [another]) => (one < another ? -1 : 1)))
}
