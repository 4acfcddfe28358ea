import createClient from 'openapi-fetch'
import { failures } from '../strings/shell.ts'
import type { components, paths } from './openapi.d.ts'
import { ApiProblem, problemOf } from './problem.ts'

/** A resource of the API, as `openapi.d.ts` has it: `Schema<'Stream'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/**
 * Every path of the API, typed: `answer(api.GET('/api/v1/streams', { params: { query: { limit: 50 } } }))`. Cookies come along;
 * the server knows requests of its own page by what browsers say of them, so nothing has to be added against forgery.
 */
export const api = createClient<paths, 'application/json'>({ baseUrl: globalThis.location?.origin ?? '' })

interface Asked<Data> {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}

/** What was asked for. @throws ApiProblem */
export async function answer<Data>(asked: Promise<Asked<Data>>): Promise<Data> {
  return (await tagged(asked)).data
}

/** With the tag that `If-Match` takes, so that nobody's change is written over: `params: { header: { 'if-match': tag } }`. @throws ApiProblem */
export async function tagged<Data>(
  asked: Promise<Asked<Data>>
): Promise<{ readonly data: Data; readonly tag: string | undefined }> {
  const { data, error, response } = await asked.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiProblem(0, failures.offline, { cause })
  })
  if (!response.ok) throw problemOf(response, error)
  return { data: data as Data, tag: response.headers.get('etag') ?? undefined }
}

/** The page for signing in, which leads back here. */
export function goToSignIn(): void {
  const { pathname, search } = location
  location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`)
}
