import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { settingsChange } from '../../web/src/pages/stream/settings-change.ts'

const usual = { title: '', classes: undefined, sure: '', maxFps: '', tiles: '', pictures: true }

test('SC1 what was not touched is not sent, what is usual is not said', () => {
  const known = { title: 'Door', minScore: 0.3, maxFps: 5 }
  deepStrictEqual(settingsChange(known, { ...usual, title: 'Door', sure: '30', maxFps: '5' }).change, {})
  deepStrictEqual(settingsChange({}, usual).change, {})
})

test('SC2 what is emptied is as usual again, and comes back when it is undone', () => {
  const { change, back } = settingsChange({ classes: ['person'], maxFps: 5, trackPictures: false }, usual)
  deepStrictEqual(change, { classes: null, maxFps: null, trackPictures: true })
  deepStrictEqual(back, { classes: ['person'], maxFps: 5, trackPictures: false })
})

test('SC3 what is filled in is sent as the API has it', () => {
  const { change, back } = settingsChange({}, { ...usual, title: ' Door ', sure: '45', tiles: '2x2', pictures: false })
  deepStrictEqual(change, { title: 'Door', minScore: 0.45, tiles: '2x2', trackPictures: false })
  deepStrictEqual(back, { title: null, minScore: null, tiles: null, trackPictures: null })
})
