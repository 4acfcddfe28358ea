import { equal, match, notEqual, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { asFirstAdmin } from '../support/first-admin.ts'
import { runCommand } from '../support/run-command.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const link = /Set Sightline up, once: http:\/\/localhost:\d+\/set-up\?token=(sls_[\w-]{43})/

test('SL1 a start says one set-up link, another each time, which is kept nowhere, until it was used', async () => {
  await using folder = await temporaryFolder()
  const tokens: string[] = []
  for (const isLast of [false, true]) {
    await using serving = new ServingProcess(folder.path)
    await serving.says(/^Ready/m)
    equal(serving.said.match(new RegExp(link, 'g'))?.length, 1)
    tokens.push(link.exec(serving.said)![1]!)
    for (const [name, content] of contentsIn(folder.path)) ok(!content.includes(tokens.at(-1)!), name)
    if (isLast) await asFirstAdmin(/(http:\S+)\/readyz/.exec(serving.said)![1]!, serving.said)
    await serving.stop()
  }
  notEqual(tokens[0], tokens[1])
  await using serving = new ServingProcess(folder.path)
  await serving.says(/^Ready/m)
  ok(!link.test(serving.said))
})

test('SL2 where others can reach it, they get nothing before it was set up', async () => {
  await using folder = await temporaryFolder()
  await using serving = new ServingProcess(folder.path, {}, ['--listen', '0.0.0.0', '--demo'])
  await serving.says(/^Ready/m)
  match(serving.said, /unencrypted: .* --https/)
  const [, port] = /:(\d+)\/readyz/.exec(serving.said)!
  const url = `http://127.0.0.1:${port}`
  const asked = ['/', '/api/v1/streams', '/api/v1/streams/demo/snapshot.jpg', '/metrics'].map(path =>
    fetch(url + path, { headers: { 'x-forwarded-for': '192.0.2.1' } })
  )
  for (const { status } of await Promise.all(asked)) equal(status, 401)
})

for (const [variable, value] of [
  ['SIGHTLINE_SECRET_KEY', 'too-short'],
  ['SIGHTLINE_DATABASE_URL', 'postgres://sightline:postgres@127.0.0.1:1/sightline'],
  ['SIGHTLINE_DATABASE_URL', 'postgres://sightline:sightline12345@127.0.0.1:1/sightline']
] as const)
  test(`SL3 in production, ${variable}=${value} keeps it from starting`, async () => {
    await using folder = await temporaryFolder()
    await using serving = new ServingProcess(folder.path, { NODE_ENV: 'production', [variable]: value })
    const said = await serving.says(/\[SL_SECRET_WEAK\]/)
    ok(!said.input.includes(value))
  })

test('SL4 the option of former versions is not there any more', async () => {
  match((await runCommand('serve', '--access-token-file', 'x')).stderr, /unknown option/)
})

/** What is kept in files of a folder that is in use: one that is gone once it is looked at is not kept. */
function* contentsIn(folder: string): Generator<readonly [string, Buffer]> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    try {
      yield [name, readFileSync(join(folder, name))]
    } catch (error) {
      if (!['EISDIR', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
}
