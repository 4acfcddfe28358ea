// `npm run build`: dist/ from src/ and web/, types checked. Refuses to leave a dist/ that does not compile.
import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { browserModule } from '../src/api/browser-module.ts'
import { docsBundles } from '../src/api/rest/docs-assets.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
for (const project of ['tsconfig.build.json', 'web']) {
  const options = { cwd: root, stdio: 'inherit' } as const
  const { status } = spawnSync(process.execPath, [compiler, '-p', project], options)
  if (status !== 0) {
    rmSync(dist, { recursive: true, force: true })
    process.exit(status ?? 1)
  }
}

// The page, as src/api/page-files.ts finds it beside the built server.
for (const folder of ['live', 'src/live', 'src/strings']) {
  const [from, to] = [join(root, 'web', folder), join(dist, 'web', folder)]
  cpSync(from, to, { recursive: true, filter: path => !path.endsWith('.ts') })
  for (const name of readdirSync(from).filter(each => each.endsWith('.ts')))
    writeFileSync(join(to, name.replace(/\.ts$/, '.js')), browserModule(readFileSync(join(from, name), 'utf8')))
}

// The documentation's pages, as src/api/rest/docs-assets.ts finds them there.
for (const [name, place] of Object.entries(docsBundles))
  cpSync(join(root, 'node_modules', place), join(dist, 'web', 'docs', name))
for (const each of ['redoc/LICENSE', '@fastify/swagger-ui/LICENSE', 'redoc/bundles/redoc.standalone.js.LICENSE.txt'])
  cpSync(join(root, 'node_modules', each), join(dist, 'web', 'docs', each.replaceAll('/', '-').replace('@', '')))
