import { deepStrictEqual, match } from 'node:assert/strict'
import { appendFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { following, names } from '../support/followed-settings.ts'

const door = 'streams:\n  door: rtsp://a/1\n'
const yard = '  yard: rtsp://b/1\n'
const attic = '  attic: rtsp://c/1\n'

/** Time in which somebody else is at the file: whoever waits for it waits for the next of `steps`. */
function driven(steps: (() => Promise<void>)[] = []) {
  return {
    steps,
    pause: async () => {
      await steps.shift()?.()
      await turn()
    }
  }
}

/** In one step, as editors do it. */
async function replace(path: string, text: string) {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

test('F6 a file that is written in several steps is one change: half of it is never taken over', async () => {
  const { steps, pause } = driven()
  await using file = await following(door + yard, false, { pause })
  await file.begin()
  await file.until(() => file.readings() > 1)
  const more = () => appendFile(file.path, '# more\n')
  steps.push(more, more, more, () => appendFile(file.path, yard + attic))
  await replace(file.path, door)
  await file.until(() => file.set.length > 1)
  deepStrictEqual(file.set.slice(1).map(names), [['door', 'yard', 'attic']])
})

test('F6b nor what is written while it is read', async () => {
  const { steps, pause } = driven()
  await using file = await following(door, false, { pause })
  await file.begin()
  await file.until(() => file.readings() > 1)
  file.whileRead(async () => {
    file.whileRead(undefined)
    steps.push(() => appendFile(file.path, attic))
    await appendFile(file.path, '# more\n')
  })
  await replace(file.path, door + yard)
  await file.until(() => file.set.length > 1)
  deepStrictEqual(file.set.slice(1).map(names), [['door', 'yard', 'attic']])
})

test('F6c what was wrong with it only while it was written is not told', async () => {
  const { steps, pause } = driven()
  await using file = await following(door, false, { pause })
  await file.begin()
  await file.until(() => file.readings() > 1)
  const told: number[] = []
  file.whileRead(async () => {
    file.whileRead(undefined)
    steps.push(async () => void told.push(file.streams.problems().length))
    await replace(file.path, door + yard)
  })
  await truncate(file.path, 0)
  await file.until(() => file.set.length > 1)
  deepStrictEqual(told, [0])
})

test('F7 a file that never comes to rest is read all the same', async () => {
  let isBusy = true
  const pause = async () => {
    if (isBusy) await appendFile(file.path, '#\n')
  }
  await using file = await following(door, false, { pause })
  await file.begin(async ({ value }) => {
    isBusy = value.streams?.yard === undefined
    return []
  })
  await appendFile(file.path, yard)
  await file.until(() => !isBusy)
})

const losses = [
  { rule: 'was emptied', lose: (path: string) => truncate(path, 0), says: /is empty/ },
  { rule: 'has nothing but blanks left', lose: (path: string) => writeFile(path, '\n \n'), says: /is empty/ },
  { rule: 'is not there any more', lose: (path: string) => rm(path), says: /is not there any more/ }
]
for (const { rule, lose, says } of losses)
  test(`F8 a file that ${rule} is told, and what it said goes on`, async () => {
    await using file = await following(door, true)
    await file.begin()
    await lose(file.path)
    await file.until(() => file.streams.problems().length > 0)
    const [problem] = file.streams.problems()
    deepStrictEqual([problem!.code, file.set.length], ['SL_CONFIG_INVALID', 1])
    match(problem!.message, says)
    await writeFile(file.path, 'streams: {}')
    await file.until(() => file.streams.problems().length === 0)
    deepStrictEqual(file.set.at(-1), [])
  })

test('F9 the demo does not come to where streams were named, and stays where none ever were', async () => {
  await using named = await following(door, true)
  await named.begin()
  await writeFile(named.path, 'live: {maxFps: 10}')
  await named.until(() => named.set.length > 1)
  deepStrictEqual(named.set[1], [])
  await using unnamed = await following('live: {maxFps: 10}', true)
  await unnamed.begin()
  await writeFile(unnamed.path, 'live: {maxFps: 12}')
  await unnamed.until(() => unnamed.set.length > 1)
  deepStrictEqual(names(unnamed.set[1]), ['demo', 'camera'])
})

test('F10 the same text once more is no change', async () => {
  await using file = await following(door, false, driven())
  await file.begin()
  for (let times = 0; times < 3; times++) {
    const before = file.readings()
    await replace(file.path, door)
    await file.until(() => file.readings() > before)
  }
  await replace(file.path, door + yard)
  await file.until(() => file.set.length > 1)
  deepStrictEqual(file.set.map(names), [['door'], ['door', 'yard']])
})

test('F11 nothing is read once it was told to end, nor taken over', async () => {
  for (const when of ['waited for', 'read']) {
    const { steps, pause } = driven()
    await using file = await following(door, false, { pause })
    await file.begin()
    await file.until(() => file.readings() > 1)
    const before = file.readings()
    const ended = Promise.withResolvers<void>()
    const end = async () => {
      file.stop()
      ended.resolve()
    }
    if (when === 'read') file.whileRead(end)
    else steps.push(end)
    await replace(file.path, door + yard)
    await ended.promise
    // Many times what a reading would take.
    for (let turns = 0; turns < 50; turns++) await stat(file.path)
    deepStrictEqual(file.readings(), before + (when === 'read' ? 1 : 0))
    deepStrictEqual(file.set.map(names), [['door']])
  }
})
