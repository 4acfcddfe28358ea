import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { complaintOf } from '../../web/src/uploads/sending.ts'

const refused = (body: string) => Object.assign(new Error('tus: 415'), { originalResponse: { getBody: () => body } })

test('SN1 why a file was not taken is said in the server’s sentence, where it said one', () => {
  strictEqual(complaintOf(refused('{"detail":"This is no video.","code":"SL_INPUT_NOT_VIDEO"}')), 'This is no video.')
  strictEqual(complaintOf(refused('<html>')), 'tus: 415')
  strictEqual(complaintOf(new Error('the line is cut')), 'the line is cut')
})
