import { equal, match, notEqual, rejects } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { listening } from '../../src/commands/listen-options.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const token = 'a-token-of-more-than-twenty-letters'

test('L1 without options nobody but this machine is listened to, and nobody is asked for anything', async () => {
  const { host, token } = await listening({}, {})
  equal(host, '127.0.0.1')
  equal(token, undefined)
})

test('L2 the access token comes from the environment or a file, and never from both', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'token')
  await writeFile(file, `${token}\n`)
  notEqual((await listening({}, { SIGHTLINE_ACCESS_TOKEN: token })).token, undefined)
  equal((await listening({ accessTokenFile: file }, {})).token?.shown(token).isRight, true)
  const both = listening({ accessTokenFile: file }, { SIGHTLINE_ACCESS_TOKEN: token })
  await rejects(both, { code: 'SL_OPTION_CONFLICT' })
  await rejects(listening({ accessTokenFile: join(folder.path, 'none') }, {}), { code: 'SL_OPTION_INVALID' })
})

for (const listen of ['example.com', '0.0.0.0:8080', '']) {
  test(`L3 "${listen}" is no address to listen on`, async () => {
    await rejects(listening({ listen }, {}), { code: 'SL_OPTION_INVALID' })
  })
}

test('L4 sightline serve does not open itself to others without an access token', async () => {
  await using folder = await temporaryFolder()
  const { status, stderr } = await runCommand('serve', '--data', folder.path, '--port', '0', '--listen', '0.0.0.0')
  equal(status, 1)
  match(stderr, /Other machines could reach 0\.0\.0\.0.*SIGHTLINE_ACCESS_TOKEN.*\[SL_LISTEN_REFUSED\]/)
})
