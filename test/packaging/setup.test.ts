import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rm, utimes } from 'node:fs/promises'
import { test } from 'node:test'
import { finished, lock, ScratchCheckout } from '../support/scratch-checkout.ts'

const ciCall = '. ci --include=dev'

test('S1 a fresh clone is installed, then the command runs', async () => {
  await using checkout = await ScratchCheckout.create()
  const { code, stdout } = await checkout.setup(['-p', '"hello"'])
  deepStrictEqual({ code, stdout, calls: await checkout.npmCalls() }, { code: 0, stdout: 'hello\n', calls: [ciCall] })
})

test('S2 nothing is installed a second time', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.setup()
  strictEqual((await checkout.setup()).stderr, '')
  deepStrictEqual(await checkout.npmCalls(), [ciCall])
})

test('S3 a changed lock file installs again', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.setup()
  await checkout.write('package-lock.json', lock('2.0.0'))
  await checkout.setup()
  deepStrictEqual(await checkout.npmCalls(), [ciCall, ciCall])
})

test('S4 removing node_modules installs again', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.setup()
  await rm(checkout.path('node_modules'), { recursive: true })
  await checkout.setup()
  deepStrictEqual(await checkout.npmCalls(), [ciCall, ciCall])
})

test('S5 what npm was already told to install is left as it is', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.write('node_modules/.package-lock.json', lock('1.0.0'))
  strictEqual((await checkout.setup()).code, 0)
  deepStrictEqual(await checkout.npmCalls(), [])
})

test('S6 a package for this machine that npm passed over is an error, one for another machine is not', async () => {
  const installsNothing = "write('node_modules/.package-lock.json', '{ \"packages\": {} }')"
  await using checkout = await ScratchCheckout.create(installsNothing)
  const optional = (os: string) => ({ packages: { 'node_modules/thing': { optional: true, os, cpu: process.arch } } })
  await checkout.write('package-lock.json', JSON.stringify(optional('plan9')))
  strictEqual((await checkout.setup()).code, 0)
  await checkout.write('package-lock.json', JSON.stringify(optional(process.platform)))
  const { code, stderr } = await checkout.setup()
  strictEqual(code, 1)
  match(stderr, /npm passed over node_modules\/thing, which this machine needs/)
})

test('S7 setup says one line on standard error and keeps npm to itself', async () => {
  await using checkout = await ScratchCheckout.create()
  const { stdout, stderr } = await checkout.setup()
  strictEqual(stdout, '')
  match(stderr, /^setup: installing packages [^\n]*\n$/)
})

const failures = [
  {
    rule: 'S8 offline is said as such',
    said: 'npm error code ENOTFOUND',
    expected: /registry cannot be reached \(ENOTFOUND\)/
  },
  { rule: 'S9 a full disk is said as such', said: 'npm error code ENOSPC', expected: /the disk is full/ },
  {
    rule: 'S10 another failure shows what npm said',
    said: 'npm error odd',
    expected: /npm error odd\n.*above tells why/
  }
]
for (const { rule, said, expected } of failures) {
  test(`${rule}, and the command does not run`, async () => {
    await using checkout = await ScratchCheckout.create(`console.error('${said}'); process.exit(1)`)
    const { code, stdout, stderr } = await checkout.setup(['-p', '"hello"'])
    deepStrictEqual({ code, stdout }, { code: 1, stdout: '' })
    match(stderr, expected)
  })
}

const secondWays = [
  { rule: 'S11 files in use make it install in place', code: 'EBUSY' },
  { rule: 'S12 a lock file that lacks another platform makes it install what the lock has', code: 'EUSAGE' }
]
for (const { rule, code } of secondWays) {
  test(rule, async () => {
    await using checkout = await ScratchCheckout.create(`
      if (args[0] === 'ci') { console.error('npm error code ${code}'); process.exit(1) }
      write('node_modules/.package-lock.json', readFileSync(join(root, 'package-lock.json')))`)
    strictEqual((await checkout.setup()).code, 0)
    deepStrictEqual(await checkout.npmCalls(), [ciCall, '. install --no-save'])
  })
}

test('S13 the web app is built when there is one, and again only when its sources change', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.write('web/package.json', '{}')
  await checkout.write('web/src/page.tsx', 'one')
  await checkout.setup()
  await checkout.setup()
  deepStrictEqual(await checkout.npmCalls(), [ciCall, 'web run build'])
  await checkout.write('web/src/page.tsx', 'two')
  await checkout.setup()
  deepStrictEqual(await checkout.npmCalls(), [ciCall, 'web run build', 'web run build'])
})

test('S14 two setups at once install once, and both commands run', async () => {
  await using checkout = await ScratchCheckout.create(`
    while (!require('node:fs').existsSync(join(root, 'go'))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    write('node_modules/.package-lock.json', readFileSync(join(root, 'package-lock.json')))`)
  const first = checkout.start(['-p', '1'])
  await once(first.stderr, 'data') // The first has the lock and says that it installs.
  const second = checkout.start(['-p', '2'])
  const [firstEnd, secondEnd] = [finished(first), finished(second)]
  await once(second.stderr, 'data') // The second says that it waits.
  await checkout.write('go', '')
  deepStrictEqual([(await firstEnd).stdout, (await secondEnd).stdout], ['1\n', '2\n'])
  match((await secondEnd).stderr, /another command is setting this checkout up/)
  deepStrictEqual(await checkout.npmCalls(), [ciCall])
})

test('S15 a lock left behind by a killed setup is taken over', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.write('.setup-lock', 'somebody')
  const minuteAgo = new Date(Date.now() - 60_000)
  await utimes(checkout.path('.setup-lock'), minuteAgo, minuteAgo)
  strictEqual((await checkout.setup()).code, 0)
  ok(!existsSync(checkout.path('.setup-lock')))
})

test('S16 an interrupted setup leaves no lock behind', async () => {
  await using checkout = await ScratchCheckout.create('setInterval(() => {}, 1000)')
  const child = checkout.start(['-p', '1'])
  await once(child.stderr, 'data')
  child.kill('SIGTERM')
  const { code, stdout } = await finished(child)
  deepStrictEqual({ code, stdout }, { code: 143, stdout: '' })
  ok(!existsSync(checkout.path('.setup-lock')))
})

const printModels = ['-p', 'process.env.SIGHTLINE_MODELS ?? "unset"']

test('S17 models and clips beside the checkout are passed on', async () => {
  await using checkout = await ScratchCheckout.create()
  await mkdir(checkout.path('../shared/data/models'), { recursive: true })
  const { stdout } = await checkout.setup(['-p', 'process.env.SIGHTLINE_MODELS + " " + process.env.SIGHTLINE_CLIPS'])
  strictEqual(stdout, `${checkout.path('../shared/data/models')} ${checkout.path('../shared/data')}\n`)
})

test('S18 a folder of models that the user names wins', async () => {
  await using checkout = await ScratchCheckout.create()
  await mkdir(checkout.path('../shared/data/models'), { recursive: true })
  strictEqual((await checkout.setup(printModels, { SIGHTLINE_MODELS: 'mine' })).stdout, 'mine\n')
})

test('S19 without models beside the checkout the variable stays unset', async () => {
  await using checkout = await ScratchCheckout.create()
  strictEqual((await checkout.setup(printModels)).stdout, 'unset\n')
})

test('S20 sources that do not compile leave no dist/ and do not keep the command from running', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.write('tsconfig.build.json', '{}')
  await checkout.write('src/cli.ts', 'broken')
  const { code, stdout, stderr } = await checkout.setup(['-p', '1'])
  deepStrictEqual({ code, stdout }, { code: 0, stdout: '1\n' })
  match(stderr, /dist\/ is not built/)
})

test('S21 the program runs in the folder npm was called from, everything else where npm puts it', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.write('src/cli.ts', 'process.stdout.write(process.cwd())')
  await checkout.write('where.mjs', 'process.stdout.write(process.cwd())')
  await mkdir(checkout.path('clips'))
  const env = { INIT_CWD: checkout.path('clips') }
  strictEqual((await checkout.setup(['src/cli.ts'], env)).stdout, checkout.path('clips'))
  strictEqual((await checkout.setup([checkout.path('where.mjs')], env)).stdout, process.cwd())
})

test('S22 pages that are no package of their own are not built by npm, which would build the root and wait for itself', async () => {
  await using checkout = await ScratchCheckout.create()
  await checkout.write('web/live/index.html', 'one')
  await checkout.setup()
  deepStrictEqual(await checkout.npmCalls(), [ciCall])
})
