import { SightlineError } from '../../core/errors.ts'
import { redactUrl } from '../../core/redact.ts'
import type { KserveClient, RemotePlace } from './kserve-client.ts'
import { KserveGrpc } from './kserve-grpc.ts'
import { KserveHttp } from './kserve-http.ts'

/** Connects when it is first asked something. @throws SightlineError SL_OPTION_INVALID for what is no address */
export function dial(place: RemotePlace): KserveClient {
  const url = URL.parse(place.url)
  if (!url || !/^(https?|grpcs?):$/.test(url.protocol) || url.hostname === '' || url.search !== '' || url.hash !== '')
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `${redactUrl(place.url)} is no address of a model server: write grpc://HOST:PORT, grpcs://, http:// or https://.`
    )
  return url.protocol.startsWith('grpc') ? new KserveGrpc(place, url) : new KserveHttp(place, url)
}
