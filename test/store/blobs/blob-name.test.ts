import { strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { checkedName } from '../../../src/store/blobs/blob-name.ts'
import { refusal } from './refusal.ts'

const refused = [
  ['empty', ''],
  ['the folder itself', '.'],
  ['the folder above', '..'],
  ['a path upwards', '../../etc/passwd'],
  ['a path', 'a/b'],
  ['a path of Windows', 'a\\b'],
  ['NUL', 'a\0.jpg'],
  ['a line break', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['escape', 'a\u001b[31m'],
  ['delete', 'a\u007f'],
  ['a C1 control', 'a\u0085b'],
  ['a line separator', 'a\u2028b'],
  ['right to left override', 'photo\u202egpj.exe'],
  ['right to left mark', 'a\u200fb'],
  ['an isolate', 'a\u2066b'],
  ['300 letters', 'a'.repeat(300)],
  ['256 bytes in 128 letters', 'é'.repeat(128)],
  ['half a pair', 'a\ud83d']
] as const

for (const [what, name] of refused)
  test(`N1 a name is refused: ${what}`, () => {
    throws(() => checkedName(name), refusal('SL_BLOB_NAME'))
  })

const accepted = [
  ['a word', 'match.mp4'],
  ['dots within', 'a..b'],
  ['three dots', '...'],
  ['spaces and signs', ' Herbst (2) – 50 % & "mehr"?*<>|:.mp4 '],
  ['another script', 'مباراة.mp4'],
  ['a joined emoji', '👩\u200d👩\u200d👧.png'],
  ['255 bytes', 'a'.repeat(255)],
  ['reserved by Windows: a device', 'CON'],
  ['reserved by Windows: a device with an ending', 'nul.txt'],
  ['reserved by Windows: a port', 'COM1'],
  ['reserved by Windows: a dot at the end', 'name.']
] as const

for (const [what, name] of accepted)
  test(`N2 a name is kept as it is: ${what}`, () => {
    strictEqual(checkedName(name), name)
  })
