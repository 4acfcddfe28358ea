import { readFileSync } from 'node:fs'
import type { FastifyReply } from 'fastify'

/** The colours of the web app, as they lie beside src/ and dist/ alike. */
const tokens = readFileSync(new URL('../../web/src/design/tokens.css', import.meta.url), 'utf8')
  .replace(/\/\*[\s\S]*?\*\//g, '')
  .replace(/\s+/g, ' ')

/** As on the page behind it; an address would have to be let in. */
const mark =
  '<svg aria-hidden="true" width="36" height="36" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#101a2b"/><g fill="none" stroke="#5eead4" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"><path d="M6 12V8a2 2 0 0 1 2-2h4M20 6h4a2 2 0 0 1 2 2v4M26 20v4a2 2 0 0 1-2 2h-4M12 26H8a2 2 0 0 1-2-2v-4"/><path d="M10 20l6-8 6 8" stroke="#fde047"/></g></svg>'

const style = `${tokens}
*{box-sizing:border-box}
body{margin:0;min-height:100dvh;display:grid;align-content:center;justify-items:center;padding:1rem;
 background:var(--ground);color:var(--text);font:1rem/1.5 var(--font)}
main{width:100%;max-width:26rem;padding:1.75rem;background:var(--surface);border:1px solid var(--edge);border-radius:var(--corner-large)}
h1{margin:.5rem 0 1rem;font-size:1.375rem;line-height:1.3}p{margin:0 0 1rem;overflow-wrap:anywhere}p:empty{display:none}
label{display:block;font-size:.875rem;font-weight:500}
input:not([type=hidden]){display:block;width:100%;min-height:2.75rem;margin-top:.375rem;padding:0 .75rem;font:inherit;font-size:1rem;
 color:var(--text);background:var(--surface);border:1px solid var(--frame);border-radius:var(--corner-medium)}
button{width:100%;min-height:2.75rem;font:inherit;font-weight:600;cursor:pointer;
 color:var(--on-accent);background:var(--accent);border:0;border-radius:var(--corner-medium)}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
a{color:var(--accent)}form+p{margin-top:1rem}p:last-child{margin-bottom:0}
[role=alert]:not(:empty){margin-top:1rem;padding:.625rem .75rem;color:var(--bad);background:var(--bad-soft);border-radius:var(--corner-medium)}
code{overflow-wrap:anywhere}`

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
<main>${mark}${body}</main>
</html>
`)
}
