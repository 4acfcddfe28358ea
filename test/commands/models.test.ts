import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { modelFlags } from '../../src/commands/model-listing.ts'
import { modelsCommand } from '../../src/commands/models.ts'
import { openModelStore } from '../../src/commands/open-model-store.ts'
import type { CatalogueEntry } from '../../src/vision/catalogue.ts'
import { families } from '../../src/vision/families/registry.ts'
import { FileServer } from '../support/file-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const body = Buffer.alloc(50_000, 'the bytes of a model ')

/** The command over an empty home, with the user's own model `tiny` that a server on loopback has. */
async function scene() {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await FileServer.start(body))
  const { path: folder } = stack.use(await temporaryFolder())
  await mkdir(join(folder, 'models'))
  const tiny = {
    name: 'tiny',
    task: 'detect',
    title: 'Tiny',
    family: 'yolox',
    file: 'tiny.onnx',
    url: server.url,
    sha256: createHash('sha256').update(body).digest('hex'),
    bytes: body.length,
    licence: 'AGPL-3.0-only',
    notes: 'for this test alone',
    input: { width: 64, height: 64 },
    classes: ['dot']
  }
  await writeFile(join(folder, 'models', 'catalogue.yaml'), JSON.stringify({ models: [tiny] }))
  const out: string[] = []
  const err: string[] = []
  const run = async (...words: string[]) => {
    out.length = err.length = 0
    const terminal = {
      stdout: { write: (text: string) => out.push(text) },
      stderr: { write: (text: string) => err.push(text) }
    }
    await modelsCommand(terminal, () => openModelStore({ XDG_CACHE_HOME: folder }, folder)).parseAsync(words, {
      from: 'user'
    })
  }
  const path = join(folder, 'sightline', 'models', 'tiny.onnx')
  const stdout = () => out.join('')
  return {
    server,
    folder,
    path,
    run,
    stdout,
    stderr: () => err.join(''),
    [Symbol.asyncDispose]: () => stack.disposeAsync()
  }
}

test('list shows every model with licence, size, presence and flags', async () => {
  await using it = await scene()
  await it.run('list')
  const lines = it.stdout().split('\n')
  strictEqual(lines[0]?.replace(/ +/g, ' '), 'NAME TASK SPEED LICENCE SIZE PRESENT FLAGS')
  ok(
    lines.some(line => /^yolox-nano +detect +medium +Apache-2\.0 +3\.7 MB +no +default$/.test(line)),
    it.stdout()
  )
  ok(
    lines.some(line => /^tiny +detect +\? +AGPL-3\.0-only +50\.0 kB +no +copyleft$/.test(line)),
    it.stdout()
  )
  ok(lines.includes('tiny: for this test alone'))
})

test('list tells which families are proven by a reference, and which are experimental', async () => {
  await using it = await scene()
  await it.run('list')
  const [, proven] = /^proven by a reference: (.*)$/m.exec(it.stdout()) ?? []
  const [, experimental] = /^experimental, .*: (.*)$/m.exec(it.stdout()) ?? []
  const named = (isExperimental: boolean) =>
    families.filter(({ experimental = false }) => experimental === isExperimental).map(({ name }) => name)
  deepStrictEqual([proven?.split(', '), experimental?.split(', ')], [named(false), named(true)])
})

test('list --for tells what is good for a job alone', async () => {
  await using it = await scene()
  await it.run('list', '--for', 're-id', '--json')
  const models: { name: string; jobs: string[] }[] = JSON.parse(it.stdout())
  ok(models.length > 1)
  for (const { name, jobs } of models) ok(jobs.includes('re-id'), name)
})

test('list --json gives each entry with its path and flags', async () => {
  await using it = await scene()
  await it.run('pull', 'tiny')
  await it.run('list', '--json')
  const models: { name: string; path: string | null; flags: string[] }[] = JSON.parse(it.stdout())
  const told = models.map(({ name, path, flags }) => ({ name, path, flags }))
  deepStrictEqual(told.at(-1), { name: 'tiny', path: it.path, flags: ['copyleft'] })
  deepStrictEqual(told[0], { name: 'yolox-nano', path: null, flags: ['default'] })
})

const flagged: { rule: string; entry: Partial<CatalogueEntry>; flags: string[] }[] = [
  {
    rule: 'research weights under a permissive licence',
    entry: { licence: 'MIT', commercial: false },
    flags: ['non-commercial']
  },
  { rule: 'a copyleft licence', entry: { licence: 'AGPL-3.0-only' }, flags: ['copyleft'] },
  { rule: 'a licence nobody knows', entry: { licence: 'custom' }, flags: ['check-licence'] },
  { rule: 'a file that was never run here', entry: { licence: 'MIT', tried: false }, flags: ['untried'] },
  { rule: 'no checksum', entry: { licence: 'MIT', unverified: true }, flags: ['unverified'] },
  {
    rule: 'a family that no reference has proven',
    entry: { licence: 'MIT', family: 'rt-detr' },
    flags: ['experimental']
  }
]
for (const { rule, entry, flags } of flagged) {
  test(`${rule} is flagged ${flags.join(', ')}`, () => {
    deepStrictEqual(modelFlags(entry as CatalogueEntry), flags)
  })
}

test('pull downloads a model and says where it is', async () => {
  await using it = await scene()
  await it.run('pull', 'tiny')
  deepStrictEqual(await readFile(it.path), body)
  strictEqual(it.stdout(), `tiny is now here: ${it.path}\n`)
  ok(it.stderr().includes('50.0 kB of 50.0 kB'))
})

test('pull of a model that is here downloads nothing', async () => {
  await using it = await scene()
  await it.run('pull', 'tiny')
  await it.run('pull', 'tiny')
  strictEqual(it.stdout(), `tiny is already here: ${it.path}\n`)
  strictEqual(it.server.requests.length, 1)
})

test('pull --json writes JSON and no progress', async () => {
  await using it = await scene()
  await it.run('pull', 'tiny', '--json')
  deepStrictEqual(JSON.parse(it.stdout()), {
    name: 'tiny',
    path: it.path,
    origin: 'downloaded',
    licence: 'AGPL-3.0-only',
    commercial: true
  })
  strictEqual(it.stderr(), '')
})

test('pull of an unknown name is refused, a path included', async () => {
  await using it = await scene()
  await rejects(it.run('pull', 'tinny'), { code: 'SL_MODEL_UNKNOWN' })
  await rejects(it.run('pull', 'models/tiny.onnx'), { code: 'SL_MODEL_UNKNOWN' })
})

test('Ctrl-C cancels a pull, and the next one goes on from there', async () => {
  await using it = await scene()
  it.server.script = [{ stallAfter: 20_000 }]
  const pulling = it.run('pull', 'tiny')
  await it.server.begun
  process.emit('SIGINT')
  await rejects(pulling, { code: 'SL_CANCELLED' })
  await it.run('pull', 'tiny')
  deepStrictEqual(await readFile(it.path), body)
})

test('verify tells the state of every model', async () => {
  await using it = await scene()
  await it.run('pull', 'tiny')
  await it.run('verify')
  ok(/^tiny +verified +\S/m.test(it.stdout()) && /^yunet +absent$/m.test(it.stdout()), it.stdout())
})

test('verify fails, after telling all, when a file has another checksum', async () => {
  await using it = await scene()
  const path = join(it.folder, 'models', 'tiny.onnx')
  await writeFile(path, 'something else')
  await rejects(it.run('verify', '--json'), { code: 'SL_MODEL_CHECKSUM', message: new RegExp(path) })
  const results: { name: string; state: string }[] = JSON.parse(it.stdout())
  strictEqual(results.find(({ name }) => name === 'tiny')?.state, 'mismatch')
})

test('verify of a named model that is absent fails', async () => {
  await using it = await scene()
  await rejects(it.run('verify', 'tiny'), { code: 'SL_MODEL_NOT_FOUND', message: /models pull NAME/ })
})
