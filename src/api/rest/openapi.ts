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

/** Schemas with a title stand once, among the components; lists of fixed length as JSON Schema 2020-12 has them. */
function tidy(document: JsonObject): JsonObject {
  const schemas: Record<string, Json> = {}
  const walk = (value: Json, isSchema: boolean): Json => {
    if (Array.isArray(value)) return value.map(each => walk(each, isSchema))
    if (typeof value !== 'object' || value === null) return value
    const node = value as JsonObject
    const walked: Record<string, Json> = {}
    for (const [key, part] of Object.entries(node)) {
      if (key === 'items' && Array.isArray(part)) {
        walked.prefixItems = walk(part, true)
        walked.items = false
      } else if (key !== 'additionalItems') walked[key] = walk(part, isSchema || key === 'schema')
    }
    if (!isSchema || typeof node.title !== 'string') return walked
    const { title, ...rest } = walked
    const name = title as string
    const known = schemas[name]
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(rest))
      throw new Error(`Two different schemas have the title ${name}.`)
    schemas[name] = rest
    return { $ref: `#/components/schemas/${name}` }
  }
  const paths = walk(document.paths ?? {}, false)
  const components = document.components as JsonObject
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([one], [another]) => (one < another ? -1 : 1)))
  return { ...document, paths, components: { ...components, schemas: sorted } }
}
