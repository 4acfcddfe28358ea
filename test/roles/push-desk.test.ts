import { deepStrictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { PushDesk } from '../../src/roles/streams/push-desk.ts'

const format = { codec: 'h264', parameterSets: Buffer.alloc(0) } as const
const key = { data: Buffer.of(1), isKey: true, sourceMs: 0 }

function desk() {
  const clock = { ms: 0 }
  const sent: string[] = []
  const cameMs: unknown[] = []
  const ended: string[] = []
  const formats: unknown[] = []
  const asked: string[] = []
  const made = new PushDesk(
    (_stream, { kind, atMs, format }) => {
      sent.push(kind)
      cameMs.push(atMs)
      formats.push((format as { codec?: string } | undefined)?.codec)
      return true
    },
    () => clock.ms
  )
  made.allow('phone', true)
  const open = (name: string) =>
    made.open('phone', {
      description: name,
      wantKey: () => void asked.push(name),
      end: () => void ended.push(name)
    })
  return { made, clock, sent, cameMs, ended, formats, asked, open }
}

test('PD1 who sends is not sent away by somebody else', () => {
  const { clock, open, ended } = desk()
  const first = open('first')
  clock.ms = 2500
  first.push({ ...key, format })
  clock.ms = 5000
  throws(() => open('second'), { code: 'SL_PUSH_TAKEN' })
  deepStrictEqual(ended, [])
})

test('PD2 who has sent nothing for three seconds gives way, and is told', () => {
  const { clock, open, ended, sent } = desk()
  const first = open('first')
  first.push({ ...key, format })
  clock.ms = 3000
  open('second').push({ ...key, format })
  deepStrictEqual([ended, sent], [['first'], ['pushed', 'pushed-end', 'pushed']])
})

test('PD3 what comes late of one who gave way, and its end, is nothing to the other', () => {
  const { clock, open, sent } = desk()
  const first = open('first')
  clock.ms = 3000
  open('second').push({ ...key, format })
  first.push(key)
  first[Symbol.dispose]()
  deepStrictEqual(sent, ['pushed-end', 'pushed'])
})

test('PD4 a worker is told when a picture came, not when it was passed on', () => {
  const { clock, open, cameMs } = desk()
  const sender = open('first')
  clock.ms = 40
  sender.push({ ...key, format })
  clock.ms = 90
  sender.push(key)
  deepStrictEqual(cameMs, [40, 90])
})

test('PD5 a worker that has nothing to go on from is told again how pictures are encoded, with a key frame that is asked for until it comes', () => {
  const { made, open, sent, formats, asked } = desk()
  const sender = open('first')
  sender.push({ ...key, format })
  made.beginAnew('phone')
  for (const isKey of [false, false, true, false]) sender.push({ ...key, isKey })
  deepStrictEqual([sent.length, formats, asked.length], [3, ['h264', 'h264', undefined], 3])
})
