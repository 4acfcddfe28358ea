import tokens from '../design/tokens.css?raw'
import { offline } from '../strings/offline.ts'

const againSeconds = 10

const style = `${tokens}
*{box-sizing:border-box}
body{margin:0;min-height:100dvh;display:grid;align-content:center;justify-items:center;padding:1rem;
 background:var(--ground);color:var(--text);font:1rem/1.5 var(--font)}
main{width:100%;max-width:26rem;padding:1.75rem;background:var(--surface);border:1px solid var(--edge);border-radius:var(--corner-large)}
h1{margin:0 0 1rem;font-size:1.375rem;line-height:1.3}p{margin:0 0 1rem}
a{display:grid;place-items:center;min-height:2.75rem;font-weight:600;text-decoration:none;
 color:var(--on-accent);background:var(--accent);border-radius:var(--corner-medium)}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}`

const body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${offline.title}</title>
<style>${style}</style>
<main><h1>${offline.title}</h1><p>${offline.why}</p><p>${offline.again}</p><a href="">${offline.now}</a></main>
</html>
`

/** In place of a page that could not be fetched: says so, and asks for that same page again and again. Has no script. */
export function offlinePage(): Response {
  return new Response(body, {
    status: 503,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'cache-control': 'no-store',
      refresh: String(againSeconds)
    }
  })
}
