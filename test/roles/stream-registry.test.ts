import { deepStrictEqual, doesNotMatch, equal, match, ok, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { createLog } from '../../src/core/log.ts'
import { Seal } from '../../src/core/seal.ts'
import { StreamRegistry } from '../../src/roles/streams/stream-registry.ts'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import { Streams } from '../../src/store/streams.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const usualKey = Buffer.alloc(32, 1)

/** A registry with a real store, and what it had hosted, in order. */
class House implements AsyncDisposable {
  readonly told: string[] = []
  readonly folder: string
  readonly registry: StreamRegistry
  readonly streams: Streams
  readonly #parts: AsyncDisposableStack
  /** Streams that may be added. */
  most = 1000

  private constructor(folder: string, database: StoreDatabase, parts: AsyncDisposableStack, key: Buffer) {
    this.folder = folder
    this.streams = new Streams(database)
    this.#parts = parts
    const live = {
      set: (name: string, settings: StreamSettings) => this.told.push(`set ${name} ${JSON.stringify(settings)}`),
      remove: (name: string) => this.told.push(`remove ${name}`),
      state: () => undefined,
      tryAgain: (name: string) => this.told.push(`again ${name}`)
    }
    const onFileWins = (name: string) => this.told.push(`file wins ${name}`)
    const limits = () => ({ streams: this.most })
    this.registry = new StreamRegistry({ live, seal: new Seal(key), onFileWins, limits, log: createLog('silent') })
    parts.use(this.registry)
  }

  static async open(folder?: string, key = usualKey): Promise<House> {
    await using parts = new AsyncDisposableStack()
    const place = folder ?? parts.use(await temporaryFolder()).path
    const database = parts.use(await openDatabase({ file: join(place, 'store.sqlite') }))
    const house = new House(place, database, parts.move(), key)
    await house.registry.open(house.streams)
    return house
  }

  configure(streams: Readonly<Record<string, StreamSettings>>): Promise<void> {
    return this.registry.configure(new Map(Object.entries(streams)))
  }

  /** What was told since the last look. */
  heard(): string[] {
    return this.told.splice(0)
  }

  /** Names of the rows, with what they say of themselves. */
  async rows(): Promise<string[]> {
    const { items } = await this.streams.page()
    return items.map(({ name, settings }) => `${name} ${settings.origin} ${settings.kind}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync()
  }
}

const door = { source: 'rtsp://me:hunter2@camera.local/1?token=abc', title: 'Tür' }
const secret = /hunter2|abc/

test('SR1 the streams of the settings file have rows, without what opens their sources', async () => {
  await using house = await House.open()
  await house.configure({ door, demo: { source: 'demo:' }, yard: { source: 'http://a/1.m3u8', kind: 'hls' } })
  deepStrictEqual(await house.rows(), ['demo config demo', 'door config rtsp', 'yard config hls'])
  const row = await house.streams.byName('door')
  deepStrictEqual([row!.title, row!.source], ['Tür', 'rtsp://camera.local/1?token=***'])
  doesNotMatch(JSON.stringify([row, house.registry.list()]), secret)
})

test('SR2 one that the file has no more is marked as removed, and is itself again with its site when it comes back', async () => {
  await using house = await House.open()
  await house.configure({ door })
  const { createdMs } = (await house.streams.byName('door'))!
  await house.configure({})
  deepStrictEqual(await house.rows(), [])
  await house.configure({ door: { ...door, title: 'Tor' } })
  const { title, createdMs: then } = (await house.streams.byName('door'))!
  deepStrictEqual([title, then], ['Tor', createdMs])
})

test('SR3 one that left the file while nobody looked is marked as removed at the next start', async () => {
  await using house = await House.open()
  await house.configure({ door, yard: { source: 'demo:' } })
  await using next = await House.open(house.folder)
  await next.configure({ yard: { source: 'demo:' } })
  deepStrictEqual(await next.rows(), ['yard config demo'])
})

test('SR4 a stream that is added is hosted, and there again after a restart, with its password', async () => {
  await using house = await House.open()
  await house.registry.add('door', door)
  deepStrictEqual(house.heard(), [`set door ${JSON.stringify(door)}`])
  doesNotMatch(JSON.stringify(await house.streams.byName('door')), secret)
  await using next = await House.open(house.folder)
  const [told] = next.heard()
  match(told!, /^set door .*me:hunter2@camera\.local/)
  await next.configure({})
  deepStrictEqual([next.heard(), await next.rows()], [[], ['door added rtsp']])
})

test('SR5 a change changes what it names, null takes it back, and an address as it was shown is the one that was', async () => {
  await using house = await House.open()
  await house.registry.add('door', { ...door, maxFps: 5 })
  house.heard()
  const shown = house.registry.find('door')!.settings
  await house.registry.change('door', { ...shown, title: null, maxFps: 10 })
  deepStrictEqual(house.heard(), [`set door ${JSON.stringify({ source: door.source, maxFps: 10 })}`])
  equal((await house.streams.byName('door'))!.title, 'door')
  await rejects(house.registry.change('door', { source: null }), { code: 'SL_OPTION_INVALID' })
  await rejects(house.registry.change('yard', {}), { code: 'SL_STREAM_UNKNOWN' })
})

test('SR6 a pause holds over a restart, whichever the origin, until the file says otherwise than it did', async () => {
  await using house = await House.open()
  await house.configure({ yard: { source: 'demo:' } })
  await house.registry.add('door', door)
  await house.registry.pause('yard')
  await house.registry.pause('door')
  deepStrictEqual(
    house.heard().map(told => /"paused":true/.test(told)),
    [false, false, true, true]
  )
  await using next = await House.open(house.folder)
  await next.configure({ yard: { source: 'demo:', maxFps: 3 } })
  ok(next.heard().every(told => /"paused":true/.test(told)))
  await next.registry.resume('door')
  deepStrictEqual(next.heard(), [`set door ${JSON.stringify(door)}`])
  await next.configure({ yard: { source: 'demo:', paused: true } })
  await next.configure({ yard: { source: 'demo:' } })
  equal(next.heard().at(-1), 'set yard {"source":"demo:"}')
})

test('SR7 resuming what is not paused tries it at once', async () => {
  await using house = await House.open()
  await house.registry.add('door', door)
  house.heard()
  await house.registry.resume('door')
  deepStrictEqual(house.heard(), ['again door'])
})

test('SR8 what is removed is gone, also its password, and its name is given again only where that is asked for', async () => {
  await using house = await House.open()
  await house.registry.add('door', door)
  await house.registry.remove('door')
  deepStrictEqual([house.heard().at(-1), await house.rows(), house.registry.list()], ['remove door', [], []])
  await rejects(house.registry.add('door', door), { code: 'SL_NAME_TAKEN' })
  await house.registry.add('door', door, { again: true })
  await rejects(house.registry.add('door', door, { again: true }), { code: 'SL_NAME_TAKEN' })
  deepStrictEqual(await house.rows(), ['door added rtsp'])
})

test('SR9 a stream of the settings file is removed there alone', async () => {
  await using house = await House.open()
  await house.configure({ door })
  await rejects(house.registry.remove('door'), { code: 'SL_STREAM_CONFIGURED' })
  await rejects(house.registry.add('door', door), { code: 'SL_NAME_TAKEN' })
})

test('SR10 a name that the file comes to have is the file’s from then on', async () => {
  await using house = await House.open()
  await house.registry.add('door', door)
  await house.configure({ door: { source: 'demo:' } })
  deepStrictEqual(await house.rows(), ['door config demo'])
  deepStrictEqual(house.heard().at(-2), 'file wins door')
})

test('SR12 what is said over the file’s entry holds, also after a restart, until that entry is changed', async () => {
  await using house = await House.open()
  await house.configure({ door, yard: { source: 'demo:' } })
  await house.registry.change('door', { title: 'Tor', maxFps: 5 })
  await house.registry.change('door', { maxFps: 10 })
  const said = `set door ${JSON.stringify({ source: door.source, title: 'Tor', maxFps: 10 })}`
  equal(house.heard().at(-1), said)
  equal(house.registry.find('door')!.isOverFile, true)
  equal((await house.streams.byName('door'))!.title, 'Tor')
  await house.configure({ door, yard: { source: 'demo:', title: 'Hof' } })
  ok(house.heard().includes(said))
  await using next = await House.open(house.folder)
  await next.configure({ door })
  deepStrictEqual(next.heard(), [said])
  const mended = { ...door, classes: ['person'] }
  await next.configure({ door: mended })
  deepStrictEqual(next.heard(), ['file wins door', `set door ${JSON.stringify(mended)}`])
  await using last = await House.open(house.folder)
  await last.configure({ door: mended })
  deepStrictEqual(last.heard(), [`set door ${JSON.stringify(mended)}`])
})

test('SR13 a password that alone is another one in the file is taken over, and what was said beside it stays', async () => {
  await using house = await House.open()
  await house.configure({ door })
  await house.registry.change('door', { title: null })
  house.heard()
  const source = 'rtsp://me:other@camera.local/1?token=abc'
  await house.configure({ door: { ...door, source } })
  deepStrictEqual(house.heard(), [`set door ${JSON.stringify({ source })}`])
})

test('SR14 an address that is given for a stream of the file is sealed, and the file’s next change takes it back', async () => {
  await using house = await House.open()
  await house.configure({ door })
  await house.registry.change('door', { source: 'rtsp://me:hunter2@camera.local/2' })
  doesNotMatch(JSON.stringify(await house.streams.byName('door')), /hunter2/)
  await using next = await House.open(house.folder)
  await next.configure({ door })
  match(next.heard().at(-1)!, /me:hunter2@camera.local\/2/)
  await next.configure({ door: { ...door, source: 'rtsp://me:other@camera.local/1' } })
  match(next.heard().at(-1)!, /me:other@camera.local\/1/)
})

test('SR15 pausing a stream in the file takes nothing back that was said beside it', async () => {
  await using house = await House.open()
  await house.configure({ door })
  await house.registry.change('door', { title: 'Tor', paused: true })
  await house.configure({ door: { ...door, paused: true } })
  await house.registry.resume('door')
  deepStrictEqual(house.heard().at(-1), `set door ${JSON.stringify({ ...door, title: 'Tor' })}`)
})

test('SR16 a store that comes without its key has the streams, which ask for their addresses again', async () => {
  await using house = await House.open()
  await house.registry.add('door', door)
  await using next = await House.open(house.folder, Buffer.alloc(32, 2))
  deepStrictEqual(next.heard(), [`set door ${JSON.stringify({ ...door, source: 'rtsp://camera.local/1?token=***' })}`])
  await next.registry.change('door', { source: door.source })
  deepStrictEqual(next.heard(), [`set door ${JSON.stringify(door)}`])
})

test('SR17 a seal that was taken to another stream opens nothing there', async () => {
  await using house = await House.open()
  await house.registry.add('door', door)
  await house.registry.add('yard', { source: 'rtsp://elsewhere/1' })
  const [from, to] = await Promise.all([house.streams.byName('door'), house.streams.byName('yard')])
  await house.streams.put({ ...to!, settings: { ...to!.settings, sealed: from!.settings.sealed } })
  await using next = await House.open(house.folder)
  ok(next.heard().includes('set yard {"source":"rtsp://elsewhere/1"}'))
})

test('SR18 what the file alone may name stays where it names it, and is given nobody else', async () => {
  await using house = await House.open()
  await house.configure({ film: { source: '/srv/film.mp4', model: './own.onnx' } })
  await house.registry.change('film', { maxFps: 5 })
  match(house.heard().at(-1)!, /film\.mp4/)
  for (const change of [{ source: '/etc/passwd' }, { detectSource: '/etc/passwd' }, { model: '/etc/passwd' }])
    await rejects(house.registry.change('film', change), { code: 'SL_INPUT_REFUSED' })
})

test('SR19 all that is wrong is told with its place', async () => {
  await using house = await House.open()
  await rejects(house.registry.add('door', { ...door, maxFps: -1, zones: { hall: [[0.1, 0.1]] } }), {
    message: /\/maxFps: .*; \/zones\/hall: /
  })
})

test('SR11 what is no stream is refused, and no refusal has the address in it', async () => {
  await using house = await House.open()
  const { registry } = house
  for (const name of ['Door', '../door', 'a\nb', '', 'x'.repeat(64), undefined as never])
    await rejects(registry.add(name, door), { code: 'SL_OPTION_INVALID' }, name)
  const line = { points: [[0.1, 0.1]] }
  const oneCorner = { forecourt: [[0.1, 0.1]] }
  for (const facts of [
    undefined,
    [],
    {},
    { ...door, sauce: 1 },
    { ...door, zones: oneCorner },
    { ...door, lines: { line } }
  ])
    await rejects(registry.add('door', facts), { code: 'SL_OPTION_INVALID' }, JSON.stringify(facts))
  for (const source of ['/etc/passwd', './clip.mp4', 'file:///etc/passwd', 'concat:a|b', 'C:\\clip.mp4'])
    await rejects(registry.add('door', { source }), { code: 'SL_INPUT_REFUSED' }, source)
  await rejects(registry.add('door', { source: 'rtsp://me:hunter2@bad host/1' }), error => {
    doesNotMatch(String(error), secret)
    return true
  })
  deepStrictEqual([house.heard(), await house.rows(), registry.list()], [[], [], []])
})

test('SR30 only so many are added; those of the settings file do not count, and one that goes makes room', async () => {
  await using house = await House.open()
  house.most = 1
  await house.configure({ filed: { source: 'rtsp://127.0.0.1/filed' } })
  const add = (name: string) => house.registry.add(name, { source: `rtsp://127.0.0.1/${name}` })
  await add('one')
  await rejects(add('two'), { code: 'SL_LIMIT_REACHED' })
  await house.registry.remove('one')
  await add('two')
})
