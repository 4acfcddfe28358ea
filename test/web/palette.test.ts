import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { eventQuestion } from '../../web/src/palette/event-question.ts'
import { type Findable, foundCommands } from '../../web/src/palette/found-commands.ts'
import { withLast } from '../../web/src/palette/recent-commands.ts'

const command = (key: string, group: Findable['group'], name: string, note?: string): Findable => ({
  ...{ key, group, name },
  ...(note !== undefined && { note })
})
const commands = [
  command('/', 'pages', 'Wall'),
  command('stream yard', 'streams', 'Yard'),
  command('stream door', 'streams', 'Front door'),
  command('setting live.maxFps', 'settings', 'Analysed pictures a second', 'live.maxFps'),
  command('theme dark', 'actions', 'Theme: Dark')
]
const keys = (text: string, recent: readonly string[] = []) =>
  foundCommands(text, commands, recent).map(({ group, key }) => `${group}: ${key}`)

test('CP1 nothing written: what was done last comes first and once, then where one may go', () => {
  deepStrictEqual(keys(' ', ['stream door', 'stream gone', '/']), [
    'recent: stream door',
    'recent: /',
    'streams: stream yard',
    'actions: theme dark'
  ])
})

test('CP2 what is written is found in names and in what stands behind them, group by group', () => {
  deepStrictEqual(keys('d'), [
    'streams: stream yard',
    'streams: stream door',
    'settings: setting live.maxFps',
    'actions: theme dark'
  ])
  deepStrictEqual(keys('maxfps'), ['settings: setting live.maxFps'])
  deepStrictEqual(keys('nothing like it'), [])
})

test('CP3 of a group there are eight: whoever wants another one writes more', () => {
  const many = Array.from({ length: 20 }, (_, index) => command(`s${index}`, 'streams', `Yard ${index}`))
  equal(foundCommands('yard', [...many, ...commands], []).length, 8)
})

test('CP4 what is done again is the last, and six are remembered', () => {
  deepStrictEqual(withLast(['a', 'b', 'c'], 'b'), ['b', 'a', 'c'])
  deepStrictEqual(withLast(['a', 'b', 'c', 'd', 'e', 'f'], 'g'), ['g', 'a', 'b', 'c', 'd', 'e'])
})

const streams = [
  { name: 'yard', title: 'Back yard' },
  { name: 'door', title: 'Front door' }
]
test('CP5 events are asked for by the streams and the kinds that words name', () => {
  deepStrictEqual(eventQuestion('person crossed a line yard', streams), {
    stream: ['yard'],
    kind: ['line-crossed']
  })
  deepStrictEqual(eventQuestion('front', streams)?.stream, ['door'])
})

test('CP6 words that name neither leave out who comes and goes, and no stream', () => {
  const { stream, kind = [] } = eventQuestion('umbrella', streams) ?? {}
  deepStrictEqual([stream, kind.includes('line-crossed'), kind.includes('track-started')], [undefined, true, false])
  deepStrictEqual(eventQuestion('came into view', streams)?.kind?.includes('track-started'), true)
})

test('CP7 a letter or two ask for nothing', () => equal(eventQuestion('ya d', streams), undefined))
