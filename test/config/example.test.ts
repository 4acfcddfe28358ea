import { deepStrictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadSettings } from '../../src/config/load-settings.ts'
import { streamsOf } from '../../src/roles/configured-streams.ts'

const path = join(import.meta.dirname, '../../sightline.example.yaml')

test('the example of a settings file is one, and its passwords come from the environment', async () => {
  const settings = await loadSettings(path, true)
  const streams = streamsOf({ environment: { DOOR_PASSWORD: 'p@ss/word' }, demo: false }, settings)
  deepStrictEqual([...streams.keys()], ['yard', 'door', 'phone', 'hall'])
  deepStrictEqual(streams.get('door')?.source, 'rtsp://viewer:p%40ss%2Fword@192.168.1.20/main')
})
