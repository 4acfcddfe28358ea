import type { FastifySchema, RouteShorthandOptions } from 'fastify'
import Type, { type TObject, type TSchema } from 'typebox'
import { tagHeaders } from './entity-tag.ts'
import { onceHeaders } from './once.ts'
import type { Route } from './route.ts'
import { describedAnswers } from './route-answers.ts'

type Described = Omit<Route<TObject, TObject, TSchema>, 'handle' | 'now'> & { readonly now?: unknown }

const nothing = Type.Object({}, { additionalProperties: false })

/** What a route takes and answers, as Fastify checks it and the documentation shows it. */
export function schemaOf(route: Described): FastifySchema {
  const { method, path, access, params = nothing, query = nothing, body, summary, description, tag } = route
  const headers = [...(route.once ? onceHeaders : []), ...tagHeaders(route)]
  return {
    params,
    querystring: query,
    ...(body && { body }),
    ...(headers.length > 0 && { headers: Type.Object(Object.fromEntries(headers)) }),
    response: describedAnswers(route),
    operationId: operationId(method, path),
    ...{ summary, description, tags: [tag], security: 'open' in access ? [] : undefined }
  }
}

/** For routes that check by themselves what they are asked: the documentation alone. */
export function described(route: Described): Pick<RouteShorthandOptions, 'schema' | 'validatorCompiler'> {
  return { schema: schemaOf(route), validatorCompiler: () => () => true }
}

/** Such as `getEventsById`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace('/api/v1/', '')
    .replaceAll(':', 'by-')
    .split(/[/.-]/)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
  return method.toLowerCase() + words.join('')
}
