// `npm run api:types`: the types of the web client, made of the document that a server of this checkout serves.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

// Pinned here and not among the dependencies: it wants the compiler of TypeScript 5, and ours is 7.
const packages = ['openapi-typescript@7.13.0', 'typescript@5.9.3']
const root = join(import.meta.dirname, '..')
const target = join(root, 'web', 'src', 'api', 'openapi.d.ts')

const folder = mkdtempSync(join(tmpdir(), 'sightline-api-'))
try {
  const document = await served()
  const digest = createHash('sha256').update(document).digest('hex')
  const [input, output] = [join(folder, 'openapi.json'), join(folder, 'openapi.d.ts')]
  writeFileSync(input, document)
  const chosen = packages.flatMap(name => ['--package', name])
  const args = ['--yes', ...chosen, 'openapi-typescript', input, '--output', output]
  const { status } = spawnSync('npx', args, { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error(`openapi-typescript ended with ${status}: nothing was changed.`)
  const head = `// Made by \`npm run api:types\` of the document with the SHA-256 ${digest}. Not to be edited.\n`
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, head + readFileSync(output, 'utf8'))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** `/openapi.json` of a server over an empty folder. */
async function served(): Promise<string> {
  const args = [join(root, 'src', 'cli.ts'), 'serve', '--data', join(folder, 'data'), '--port', '0']
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  let said = ''
  child.stderr.setEncoding('utf8')
  for await (const text of child.stderr) {
    const [, url] = /(http:\S+)\/readyz/.exec((said += text)) ?? []
    if (!url) continue
    const document = await (await fetch(`${url}/openapi.json`)).text()
    child.kill()
    await ended
    return document
  }
  throw new Error(`It ended and never listened:\n${said}`)
}
