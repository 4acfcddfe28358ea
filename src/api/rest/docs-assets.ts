import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The documentation's pages are made with these, which come along: nothing of another host is ever loaded. */
export const docsBundles = {
  'swagger-ui-bundle.js': '@fastify/swagger-ui/static/swagger-ui-bundle.js',
  'swagger-ui.css': '@fastify/swagger-ui/static/swagger-ui.css',
  'redoc.standalone.js': 'redoc/bundles/redoc.standalone.js'
} as const
export type DocsBundle = keyof typeof docsBundles

export interface DocsAsset {
  readonly body: Buffer
  readonly tag: string
}

/** What `npm run build` put beside the built server; without it, they are taken from the packages. */
const built = new URL('../../web/docs/', import.meta.url)

/** A picture that ReDoc would have fetched. */
const elsewhere = 'https://cdn.redoc.ly/redoc/logo-mini.svg'

/** Read when somebody looks, and not kept: few do, and these are megabytes. */
export async function readBundle(name: DocsBundle): Promise<DocsAsset> {
  const text = await readFile(bundlePath(name), 'utf8')
  const body = Buffer.from(text.replaceAll(elsewhere, 'data:,'))
  return { body, tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}

function bundlePath(name: DocsBundle): string {
  const place = new URL(name, built)
  return existsSync(place) ? fileURLToPath(place) : fileURLToPath(import.meta.resolve(docsBundles[name]))
}
