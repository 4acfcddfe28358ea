import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { isInside, toldMessage } from '../../src/core/told-message.ts'

const cases = [
  {
    rule: 'TM1 of a store that is away nobody hears where it is',
    error: { code: 'SL_STORE_UNAVAILABLE', message: 'PostgreSQL at db.internal:5432/sightline cannot be reached.' },
    told: 'What is kept cannot be read or written at the moment: try again in a while.'
  },
  {
    rule: 'TM2 of a log that cannot be written nobody hears the folder',
    error: { code: 'SL_LOG_FULL', message: 'The disk under /srv/sightline/logs is full.' },
    told: 'Something is wrong with the server: an admin finds what it is in its log.'
  },
  {
    rule: 'TM3 a file keeps its name and loses its folders',
    error: { code: 'SL_MODEL_NOT_FOUND', message: 'The model a (a.onnx) is in none of /srv/models, C:\\Data\\models.' },
    told: 'The model a (a.onnx) is in none of …/models, …/models.'
  },
  {
    rule: 'TM4 an address that somebody gave stays whole',
    error: { code: 'SL_INPUT_NETWORK', message: 'rtsp://cam.example/live/1 cannot be reached: it is away.' },
    told: 'rtsp://cam.example/live/1 cannot be reached: it is away.'
  },
  {
    rule: 'TM5 what was asked wrongly is told as it is',
    error: { code: 'SL_ROUTE_UNKNOWN', message: 'There is nothing at GET /api/v1/nothing.' },
    told: 'There is nothing at GET /api/v1/nothing.'
  }
]
for (const { rule, error, told } of cases)
  test(rule, () => {
    equal(toldMessage(error), told)
    equal(toldMessage({ ...error, message: told }), told, 'told twice it is the same')
  })

test('TM6 what is inside is for the log', () => {
  ok(isInside('SL_STORE_UNAVAILABLE') && isInside('SL_INTERNAL') && !isInside('SL_STREAM_UNKNOWN'))
})
