import type { FastifyReply } from 'fastify'

const style = `body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
input,button{font:inherit;padding:.4rem .6rem;margin:.3rem 0;max-width:100%}code{overflow-wrap:anywhere}`

/**
 * Sends a page that needs nothing else: no script, no picture. `body` is HTML; what comes from outside has to be escaped
 * in it already.
 */
export function sendPlainPage(reply: FastifyReply, title: string, body: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    })
    .send(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${style}</style>
${body}
</html>
`)
}
