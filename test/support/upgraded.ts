import { match } from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'

/** The status that is answered to a connection that asks to become a socket at `path`: 101 for who gets in, who then leaves. */
export async function upgraded(
  url: string,
  path: string | RegExp,
  stream: string,
  headers: Readonly<Record<string, string>>
): Promise<number | undefined> {
  const pattern = path instanceof RegExp ? path.source.replaceAll('\\/', '/').replace(/^\^|\$$/g, '') : path
  const address = pattern.replace(/\(\?<stream>[^)]*\)/, stream)
  if (path instanceof RegExp) match(address, path)
  const asking = request(`${url}${address}`, {
    headers: {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'graphql-transport-ws',
      ...headers
    }
  })
  asking.end()
  const answered = once(asking, 'response').then(([answer]) => answer as IncomingMessage)
  const taken = once(asking, 'upgrade').then(([answer]) => answer as IncomingMessage)
  const { statusCode } = await Promise.race([answered, taken])
  asking.destroy()
  return statusCode
}
