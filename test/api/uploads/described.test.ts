import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import fastify from 'fastify'
import { checkRequests } from '../../../src/api/rest/checks.ts'
import { describeRoutes } from '../../../src/api/rest/openapi.ts'
import { uploadRoutes } from '../../../src/api/uploads/upload-routes.ts'

interface Document {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, object> }>>
}

test('O1 everything about uploads is described, each with what it refuses', async () => {
  const server = fastify()
  await describeRoutes(server, '0.0.0')
  checkRequests(server)
  const nothing = () => {
    throw new Error('Nothing is asked here.')
  }
  await uploadRoutes({ server, sources: nothing, uploads: nothing })
  await server.ready()
  const document = JSON.parse(JSON.stringify(server.swagger())) as Document
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  deepStrictEqual([valid, errors ?? []], [true, []])
  deepStrictEqual(Object.keys(document.paths['/api/v1/uploads'] ?? {}).sort(), ['get', 'options', 'post'])
  deepStrictEqual(Object.keys(document.paths['/api/v1/uploads/{id}'] ?? {}).sort(), ['delete', 'get', 'head', 'patch'])
  const { responses = {} } = document.paths['/api/v1/uploads/{id}']?.patch ?? {}
  for (const status of ['204', '401', '403', '404', '409', '413', '415', '423', '429', '507'])
    ok(responses[status], status)
  equal(responses['200'], undefined)
})
