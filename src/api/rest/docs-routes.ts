import type { FastifyInstance, FastifyReply } from 'fastify'
import type { OpenRule } from '../../access/access-rule.ts'
import { type DocsBundle, docsBundles, readBundle } from './docs-assets.ts'
import { tagOf } from './entity-tag.ts'

const access: OpenRule = { open: true }

/** Both make styles as they go, and ReDoc searches in a worker that it makes itself. On these pages alone. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'"
].join('; ')

const pages = {
  docs: page('<link rel="stylesheet" href="/docs/swagger-ui.css">', 'docs', 'swagger-ui-bundle.js'),
  redoc: page('<style>body{margin:0}</style>', 'redoc', 'redoc.standalone.js')
}

const beginnings = {
  docs: "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#here', deepLinking: true, validatorUrl: null })\n",
  redoc:
    "Redoc.init('/openapi.json', { disableSearch: false, sortTagsAlphabetically: false }, document.getElementById('here'))\n"
}

/** `/openapi.json`, and the pages that show it: `/docs` to try things out, `/redoc` to read. */
export function docsRoutes(server: FastifyInstance): void {
  const hidden = { config: { access }, schema: { hide: true } }
  let document: { readonly text: string; readonly tag: string } | undefined
  server.get('/openapi.json', hidden, async (request, reply) => {
    if (!document) {
      const text = JSON.stringify(server.swagger())
      document = { text, tag: tagOf(text) }
    }
    reply.headers({ etag: document.tag, 'cache-control': 'no-cache' })
    if (request.headers['if-none-match'] === document.tag) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(document.text)
  })
  for (const name of ['docs', 'redoc'] as const) {
    server.get(`/${name}`, hidden, (_request, reply) => send(reply, 'text/html', pages[name]))
    server.get(`/${name}/begin.js`, hidden, (_request, reply) => send(reply, 'text/javascript', beginnings[name]))
  }
  for (const name of Object.keys(docsBundles) as DocsBundle[]) {
    const at = name.startsWith('redoc') ? 'redoc' : 'docs'
    server.get(`/${at}/${name}`, hidden, async (request, reply) => {
      const { body, tag } = await readBundle(name)
      reply.header('etag', tag)
      if (request.headers['if-none-match'] === tag) return send(reply.code(304), '', undefined)
      return send(reply, name.endsWith('.css') ? 'text/css' : 'text/javascript', body)
    })
  }
}

function send(reply: FastifyReply, type: string, body: string | Buffer | undefined): FastifyReply {
  reply.headers({ 'content-security-policy': policy, 'cache-control': 'no-cache' })
  if (body === undefined) return reply.send()
  return reply.type(`${type}; charset=utf-8`).send(body)
}

function page(head: string, name: string, bundle: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,"><title>Sightline API</title>',
    head,
    '</head><body><div id="here"></div>',
    `<script src="/${name}/${bundle}"></script><script src="/${name}/begin.js"></script></body></html>\n`
  ].join('')
}
