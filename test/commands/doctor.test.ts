import { deepStrictEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { examineApart } from '../../src/commands/doctor/examine-apart.ts'
import type { Finding } from '../../src/commands/doctor/finding.ts'
import { lookAtClock, lookAtCores, lookAtFiles, lookAtMemory, lookAtNode } from '../../src/commands/doctor/machine.ts'
import { runCommand } from '../support/run-command.ts'
import { serving } from '../support/serving.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface Answer {
  readonly status: number
  readonly isWell: boolean
  /** By check. */
  readonly findings: ReadonlyMap<string, Finding>
}

/** What the doctor says of a data folder of its own, where `flags` do not name another. */
async function doctor(t: TestContext, ...flags: readonly string[]): Promise<Answer & { readonly folder: string }> {
  const scratch = await temporaryFolder()
  t.after(() => scratch[Symbol.asyncDispose]())
  const settings = join(scratch.path, 'sightline.yaml')
  await writeFile(settings, 'live: { webrtc: { ports: [48200, 48203] } }\n')
  const { status, stdout } = await runCommand(
    ...['doctor', '--json', '--config', settings, '--data', join(scratch.path, 'data'), '--port', '0', ...flags]
  )
  const { isWell, findings } = JSON.parse(stdout) as { isWell: boolean; findings: readonly Finding[] }
  return { status, isWell, folder: scratch.path, findings: new Map(findings.map(each => [each.check, each])) }
}

test('DR1 each thing is looked at, in a machine that is well, and nothing is left behind', async t => {
  const { status, isWell, findings, folder } = await doctor(t)
  deepStrictEqual([status, isWell], [0, true])
  const checks = ['node', 'libraries', 'cores', 'memory', 'open-files', 'clock', 'settings', 'secrets', 'data-folder']
  deepStrictEqual([...findings.keys()], [...checks, 'disk', 'store', 'models', 'port', 'udp', 'certificates'])
  await mkdir(join(folder, 'data')) // It throws where the doctor has made it.
})

test('DR2 whatever is not well says what to do', async t => {
  const { findings } = await doctor(t, '--listen', '0.0.0.0', '--tls-cert', '/nowhere.pem', '--tls-key', '/nowhere.key')
  for (const { state, remedy = '', check } of findings.values())
    ok(state === 'well' ? remedy === '' : remedy.length > 10, check)
  equal(findings.get('certificates')!.state, 'wrong')
})

test('DR3 a port that something else has is wrong, and one that a Sightline has is told', async t => {
  await using other = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const taken = await doctor(t, '--port', String((other.address() as AddressInfo).port))
  deepStrictEqual([taken.status, taken.findings.get('port')!.state], [1, 'wrong'])
  await using ours = await serving('{"status":"alive"}')
  const known = await doctor(t, '--port', new URL(ours.url).port)
  deepStrictEqual([known.status, known.findings.get('port')!.state], [0, 'note'])
})

test('DR4 UDP ports that are taken are named', async t => {
  const socket = createSocket('udp4').bind({ port: 48_201, address: '127.0.0.1' })
  t.after(() => socket.close())
  await once(socket, 'listening')
  const { findings } = await doctor(t)
  match(findings.get('udp')!.found, /1 are taken: 48201/)
})

test('DR5 a settings file that is wrong is told with its line, and the rest is looked at all the same', async t => {
  const scratch = await temporaryFolder()
  t.after(() => scratch[Symbol.asyncDispose]())
  const settings = join(scratch.path, 'wrong.yaml')
  await writeFile(settings, 'live:\n  webrtc:\n    prts: [1, 2]\n')
  const { status, findings } = await doctor(t, '--config', settings)
  equal(status, 1)
  match(findings.get('settings')!.found, /wrong\.yaml:3: unknown key `prts`/)
  equal(findings.get('disk')!.state, 'well')
})

test('DR6 a store that cannot be read is told from one that is not there yet', async t => {
  const scratch = await temporaryFolder()
  t.after(() => scratch[Symbol.asyncDispose]())
  await mkdir(join(scratch.path, 'store'))
  await writeFile(join(scratch.path, 'store/store.sqlite'), 'no database, and longer than a header would be '.repeat(9))
  const { findings } = await doctor(t, '--data', scratch.path)
  deepStrictEqual(findings.get('store')!.state, 'wrong')
})

test('DR7 a database that does not answer is told without its password', async t => {
  const { findings } = await doctor(t, '--database-url', 'postgres://ann:C4nary@127.0.0.1:9/x')
  equal(findings.get('store')!.state, 'wrong')
  ok(!JSON.stringify([...findings.values()]).includes('C4nary'))
})

test('DR14 a weak secret is wrong in production, and is not shown', async t => {
  await using folder = await temporaryFolder()
  const settings = join(folder.path, 'production.yaml')
  const database = 'postgres://sightline:kestrel7@127.0.0.1:1/sightline'
  for (const [text, state] of [
    ['server: { production: true }\n', 'wrong'],
    ['server: { production: false }\n', 'well']
  ] as const) {
    await writeFile(settings, text)
    const { findings } = await doctor(t, '--config', settings, '--database-url', database)
    equal(findings.get('secrets')!.state, state)
    doesNotMatch(JSON.stringify([...findings]), /kestrel7/)
  }
})

test('DR8 where no folder can be made, that is wrong', async t => {
  const scratch = await temporaryFolder()
  t.after(() => scratch[Symbol.asyncDispose]())
  await writeFile(join(scratch.path, 'file'), '')
  const { status, findings } = await doctor(t, '--data', join(scratch.path, 'file/data'))
  deepStrictEqual([status, findings.get('data-folder')!.state], [1, 'wrong'])
})

test('DR9 data from the future mean that the clock was set back', async t => {
  const scratch = await temporaryFolder()
  t.after(() => scratch[Symbol.asyncDispose]())
  const file = join(scratch.path, 'lock.sqlite')
  await writeFile(file, '')
  await utimes(file, Date.now() / 1000 + 7200, Date.now() / 1000 + 7200)
  const { findings } = await doctor(t, '--data', scratch.path)
  equal(findings.get('clock')!.state, 'wrong')
})

const gib = 2 ** 30
const machines: readonly (readonly [string, Finding, Finding['state']])[] = [
  ['an old Node', lookAtNode('20.19.0'), 'wrong'],
  ['this Node', lookAtNode(), 'well'],
  ['one core', lookAtCores(1), 'note'],
  ['half a gibibyte', lookAtMemory(gib / 2), 'wrong'],
  ['one and a half', lookAtMemory(1.5 * gib), 'note'],
  ['four', lookAtMemory(4 * gib), 'well'],
  ['256 files', lookAtFiles(256), 'wrong'],
  ['1024 files', lookAtFiles(1024), 'note'],
  ['65536 files', lookAtFiles(65_536), 'well'],
  ['a clock that was never set', lookAtClock(undefined, 0), 'wrong']
]
for (const [rule, finding, state] of machines) {
  test(`DR10 a machine: ${rule}`, () => equal(finding.state, state))
}

test('DR11 people read one line for each, and what to do below it', async () => {
  const { stdout, stderr, status } = await runCommand('doctor', '--data', '/dev/null/data', '--port', '0')
  equal(status, 1)
  match(stdout, /^ok {5}node {2,}Node/m)
  match(stdout, /^WRONG {2}data-folder .*\n +→ /m)
  match(stderr, /see .*data-folder.* \[SL_CHECK_FAILED\]/)
})

test('DR12 a Sightline that serves is looked at in a process of its own, without its ports', async t => {
  const scratch = await temporaryFolder()
  t.after(() => scratch[Symbol.asyncDispose]())
  const flags = { data: join(scratch.path, 'data'), port: '8080', httpsPort: '8443', acmePort: '80', acmeDirectory: '' }
  const checks = (await examineApart(flags, process.env)).map(({ check }) => check)
  ok(checks.includes('store') && checks.includes('models') && !checks.includes('port') && !checks.includes('udp'))
  const [late] = await examineApart(flags, process.env, 1)
  deepStrictEqual([late?.check, late?.state], ['doctor', 'wrong'])
})

test('DR13 one that a disk holds so that nothing ends it is waited for no longer', async t => {
  const scratch = await temporaryFolder()
  t.after(() => scratch[Symbol.asyncDispose]())
  const held: ChildProcess[] = []
  t.mock.method(ChildProcess.prototype, 'kill', function (this: ChildProcess) {
    return held.push(this) > 0
  })
  const flags = { data: join(scratch.path, 'data'), port: '8080', httpsPort: '8443', acmePort: '80', acmeDirectory: '' }
  const [late] = await examineApart(flags, process.env, 1)
  deepStrictEqual([late?.check, late?.state], ['doctor', 'wrong'])
  t.mock.restoreAll()
  const [child] = held
  const exited = once(child!, 'exit')
  child!.kill('SIGKILL')
  await exited
})
