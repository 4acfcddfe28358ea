import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { complaintOf, type Sending, send, sendAgain, sendingNow, stopSending } from '../../web/src/uploads/sending.ts'

interface UploadOptions {
  readonly metadata: Readonly<Record<string, string>>
  onSuccess(): void
  onError(error: Error): void
}

/** As the client for browsers, which cannot be had here; nothing is sent. */
class ScriptedUpload {
  static readonly all: ScriptedUpload[] = []
  static findsNothing = false
  /** What the browser remembers of an upload that was begun another day. */
  static before: object | undefined
  readonly name: string
  readonly options: UploadOptions
  isStarted = false
  isDeleted = false
  resumed: object | undefined

  constructor({ name }: File, options: UploadOptions) {
    this.name = name
    this.options = options
    ScriptedUpload.all.push(this)
  }

  static named(name: string): ScriptedUpload | undefined {
    return ScriptedUpload.all.findLast(each => each.name === name)
  }

  async findPreviousUploads(): Promise<unknown[]> {
    if (ScriptedUpload.findsNothing) throw new Error('the store of this browser is locked')
    return ScriptedUpload.before ? [ScriptedUpload.before] : []
  }

  resumeFromPreviousUpload(before: object): void {
    this.resumed = before
  }

  start(): void {
    this.isStarted = true
  }

  async abort(isDeleted: boolean): Promise<void> {
    this.isDeleted = isDeleted
  }
}

let isLoadable = false
Object.assign(globalThis, { ScriptedUpload })
const hooks = registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'tus-js-client') return next(specifier, context)
    if (!isLoadable) throw new Error('the line is cut')
    return { url: 'data:text/javascript,export const Upload = globalThis.ScriptedUpload', shortCircuit: true }
  }
})
after(() => hooks.deregister())

const files = (...names: string[]) => names.map(name => new File(['x'], name))
const sendingOf = (name: string): Sending | undefined => sendingNow().find(each => each.name === name)

async function until<T>(found: () => T | undefined | false): Promise<T> {
  const atMost = performance.now() + 5000
  while (performance.now() < atMost) {
    const value = found()
    if (value !== undefined && value !== false) return value
    await setImmediate()
  }
  throw new Error(`It did not come to ${found}`)
}

async function stopAll(): Promise<void> {
  for (const { id } of sendingNow()) await stopSending(id)
}

const refused = (body: string) => Object.assign(new Error('tus: 415'), { originalResponse: { getBody: () => body } })

test('SN1 why a file was not taken is said in the server’s sentence, where it said one', () => {
  strictEqual(complaintOf(refused('{"detail":"This is no video.","code":"SL_INPUT_NOT_VIDEO"}')), 'This is no video.')
  strictEqual(complaintOf(refused('<html>')), 'tus: 415')
  strictEqual(complaintOf(new Error('the line is cut')), 'the line is cut')
})

// Before the others: what was loaded once stays.
test('SN2 where the client cannot be loaded that is said, and the file can be sent again', async () => {
  send(files('a'))
  const { id, complaint } = await until(() => sendingNow().find(each => each.complaint !== undefined))
  ok(complaint?.includes('could not be loaded'))
  isLoadable = true
  sendAgain(id)
  await until(() => ScriptedUpload.named('a')?.isStarted)
  strictEqual(sendingOf('a')?.complaint, undefined)
  await stopAll()
})

test('SN3 who stops a file that stands still after an error has what came deleted', async () => {
  send(files('b'))
  const upload = await until(() => ScriptedUpload.named('b')?.isStarted && ScriptedUpload.named('b'))
  upload.options.onError(new Error('the line is cut'))
  const { id, complaint } = sendingOf('b')!
  strictEqual(complaint, 'the line is cut')
  await stopSending(id)
  deepStrictEqual([upload.isDeleted, sendingNow()], [true, []])
})

test('SN4 a file of which nobody can tell how far it came stands still, says so, and leaves its place to others', async () => {
  ScriptedUpload.findsNothing = true
  const stuck = ['c', 'd', 'e']
  send(files(...stuck))
  await until(() => stuck.every(name => ScriptedUpload.named(name)))
  ScriptedUpload.findsNothing = false
  send(files('f'))
  await until(() => ScriptedUpload.named('f')?.isStarted)
  deepStrictEqual(
    stuck.map(name => sendingOf(name)?.complaint),
    stuck.map(() => 'the store of this browser is locked')
  )
  await stopAll()
})

test('SN5 what is said of the analysis goes along with each file, and nothing where nothing was said', async () => {
  send(files('g'), '{"tiles":"2x2"}')
  send(files('h'))
  const told = async (name: string) => (await until(() => ScriptedUpload.named(name)))!.options.metadata.settings
  deepStrictEqual([await told('g'), await told('h')], ['{"tiles":"2x2"}', undefined])
  await stopAll()
})

test('SN6 three go at once, and another when one of them has arrived', async () => {
  isLoadable = true
  send(files('1.mp4', '2.mp4', '3.mp4', '4.mp4', '5.mp4'))
  const started = () => ScriptedUpload.all.filter(({ name, isStarted }) => isStarted && /^[1-5]\.mp4$/.test(name))
  await until(() => started().length === 3)
  await setImmediate()
  strictEqual(started().length, 3)
  started()[0]!.options.onSuccess()
  await until(() => started().length === 4)
  strictEqual(sendingOf('1.mp4'), undefined)
  await stopAll()
})

test('SN7 what was begun before goes on where it was', async () => {
  isLoadable = true
  ScriptedUpload.before = { uploadUrl: '/api/v1/uploads/begun' }
  send(files('again.mp4'))
  const upload = await until(() => ScriptedUpload.named('again.mp4'))
  await until(() => upload.isStarted)
  strictEqual(upload.resumed, ScriptedUpload.before)
  ScriptedUpload.before = undefined
  await stopAll()
})
