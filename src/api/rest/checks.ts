import { Ajv, type ErrorObject } from 'ajv'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import { SightlineError } from '../../core/errors.ts'

const strict = {
  allErrors: false,
  removeAdditional: false,
  useDefaults: false,
  strictTypes: false,
  strictTuples: false
}

/** Bodies are taken as they are. */
const exact = new Ajv(strict)
/** Addresses are text: what is to be a number is read as one, and one value is a list of one. */
const lenient = new Ajv({ ...strict, coerceTypes: 'array' })

export interface CheckOptions {
  /** Makes every check when its route is added, instead of when it is asked for first: that takes memory and time at the start. */
  readonly atOnce?: boolean
}

/** Makes what comes in be as its route declares it, and says which field is not. What goes out is typed already. */
export function checkRequests(server: FastifyInstance, { atOnce = false }: CheckOptions = {}): void {
  const compile: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
    const ajv = httpPart === 'body' ? exact : lenient
    let made = atOnce ? ajv.compile(schema) : undefined
    const check = (data: unknown) => {
      made ??= ajv.compile(schema)
      const fits = made(data)
      check.errors = made.errors as FastifySchemaValidationError[] | null | undefined
      return fits
    }
    check.errors = undefined as FastifySchemaValidationError[] | null | undefined
    return check
  }
  server.setValidatorCompiler(compile)
  server.setSerializerCompiler(() => value => JSON.stringify(value))
  server.setSchemaErrorFormatter((errors, part) => {
    const [error] = errors as unknown as ErrorObject[]
    return new SightlineError('SL_REQUEST_INVALID', sentence(error!, part))
  })
}

const parts: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the address’s query',
  params: 'the address',
  headers: 'the headers'
}

function sentence({ instancePath, keyword, message, params }: ErrorObject, part: string): string {
  const where = parts[part] ?? part
  const field = instancePath === '' ? where : `\`${instancePath.slice(1)}\` of ${where}`
  if (keyword === 'additionalProperties')
    return `There is no field \`${String(params.additionalProperty).slice(0, 80)}\` in ${field}.`
  if (keyword === 'enum') return `${capital(field)} is none of ${(params.allowedValues as unknown[]).join(', ')}.`
  return `${capital(field)} ${message}.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
