import type { FastifyReply } from 'fastify'
import { sendPlainPage } from './plain-page.ts'

/** The page for people without a cookie: a field for the token, which `/?token=…` turns into one. */
export function askForToken(reply: FastifyReply, status: number, note = ''): FastifyReply {
  return sendPlainPage(
    reply.code(status),
    'Sightline: access',
    `<h1>Sightline</h1>
<p>Whoever started this server has its access token.</p>
<form action="/" method="get">
<label>Access token<br><input name="token" type="password" autocomplete="current-password" required autofocus></label>
<button>Open</button>
</form>
<p role="alert">${note}</p>`
  )
}
