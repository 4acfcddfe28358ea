import { deepStrictEqual, match, rejects } from 'node:assert/strict'
import { rename, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { following, names } from '../support/followed-settings.ts'

test('F1 a change of the settings file is taken over while everything runs', async () => {
  await using file = await following('streams: {door: rtsp://a/1}')
  await file.begin()
  deepStrictEqual(names(file.set[0]), ['door'])
  // As editors do it: another file in the place of the old one.
  await writeFile(`${file.path}.new`, 'streams: {door: rtsp://a/1, yard: rtsp://b/1}')
  await rename(`${file.path}.new`, file.path)
  await file.until(() => file.set.length > 1)
  deepStrictEqual(names(file.set.at(-1)), ['door', 'yard'])
})

test('F2 a change that cannot be used is said, and changes nothing, until it is mended', async () => {
  await using file = await following('streams: {door: rtsp://a/1}')
  await file.begin()
  await writeFile(file.path, 'streams: {door: {sauce: rtsp://a/1}}')
  await file.until(() => file.streams.problems().length > 0)
  const [problem] = file.streams.problems()
  deepStrictEqual([problem!.code, file.set.length], ['SL_CONFIG_INVALID', 1])
  match(problem!.message, /sauce/)
  await writeFile(file.path, 'streams: {door: rtsp://a/2}')
  await file.until(() => file.streams.problems().length === 0)
  deepStrictEqual(file.set.at(-1), [['door', { source: 'rtsp://a/2' }]])
})

test('F2 nor is a stream taken over whose parts make no sense together', async () => {
  await using file = await following('streams: {door: rtsp://a/1}')
  await file.begin()
  await writeFile(
    file.path,
    'streams:\n  door: rtsp://a/1\n  yard: {source: rtsp://b/1, tracker: sort, reid: {model: osnet}}\n'
  )
  await file.until(() => file.streams.problems().length > 0)
  const [problem] = file.streams.problems()
  deepStrictEqual([problem!.code, file.set.length], ['SL_CONFIG_INVALID', 1])
  match(problem!.message, /sightline\.yaml:3: /)
})

test('F2c where what else the file says cannot be used, no stream is another one either', async () => {
  await using file = await following('streams: {door: rtsp://a/1}')
  let isFirst = true
  await file.begin(async () => {
    if (!isFirst) throw new SightlineError('SL_CONFIG_INVALID', 'This cannot be used.')
    isFirst = false
    return []
  })
  await writeFile(file.path, 'streams: {door: rtsp://a/2}')
  await file.until(() => file.streams.problems().length > 0)
  deepStrictEqual([file.streams.problems()[0]!.message, file.set.length], ['This cannot be used.', 1])
})

test('F2b a fault of ours while a change is taken over ends nothing, and is said', async () => {
  await using file = await following('streams: {door: rtsp://a/1}')
  await file.begin()
  file.set.push = () => {
    throw new TypeError('undefined is not a function')
  }
  await writeFile(file.path, 'streams: {door: rtsp://a/2}')
  await file.until(() => file.streams.problems().length > 0)
  deepStrictEqual(file.streams.problems()[0]!.code, 'SL_INTERNAL')
})

test('F3 a file that is not there yet is read once it is', async () => {
  await using file = await following(undefined)
  await file.begin()
  deepStrictEqual(file.set, [[]])
  await writeFile(file.path, 'streams: {door: rtsp://a/1}')
  await file.until(() => file.set.length > 1)
  deepStrictEqual(names(file.set.at(-1)), ['door'])
})

test('F4 without streams there is the demo, where it was asked for', async () => {
  await using file = await following('live: {maxFps: 10}', true)
  await file.begin()
  deepStrictEqual(names(file.set[0]), ['demo', 'camera'])
  await using own = await following('streams: {}', true)
  await own.begin()
  deepStrictEqual(own.set, [[]])
})

test('F5 a password comes from the environment, and one that is not there is asked for by its name', async () => {
  await using file = await following(`streams: {door: 'rtsp://me:\${PASSWORD}@a/1'}`)
  await file.begin()
  deepStrictEqual(file.set[0]![0]![1].source, 'rtsp://me:secret@a/1')
  await using other = await following(`streams: {door: 'rtsp://me:\${ABSENT}@a/1'}`)
  await rejects(other.begin(), { code: 'SL_CONFIG_INVALID', message: /the variable ABSENT/ })
})
