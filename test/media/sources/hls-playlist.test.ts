import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { chooseVariant, type HlsPlaylist, readPlaylist } from '../../../src/media/sources/http/hls-playlist.ts'

const coded = (code: string) => (error: Error & { code?: string }) => error.code === code
const resolve = (reference: string) => new URL(reference, 'http://host/live/index.m3u8')
const read = (...lines: readonly string[]) => readPlaylist(['#EXTM3U', ...lines].join('\n'), 'the source', resolve)

function media(...lines: readonly string[]): Extract<HlsPlaylist, { kind: 'media' }> {
  const playlist = read('#EXT-X-TARGETDURATION:4', ...lines)
  if (playlist.kind !== 'media') throw new Error('It is a master playlist.')
  return playlist
}

test('L1 segments have their addresses, lengths and numbers', () => {
  const { segments, targetMs, isComplete } = media(
    ...['#EXT-X-MEDIA-SEQUENCE:7', '#EXTINF:4,', 'a.ts', '#EXTINF:3.5,title', '/b.ts?token=x']
  )
  deepStrictEqual(
    segments.map(({ url, number, durationMs }) => [url.href, number, durationMs]),
    [
      ['http://host/live/a.ts', 7, 4000],
      ['http://host/b.ts?token=x', 8, 3500]
    ]
  )
  deepStrictEqual([targetMs, isComplete], [4000, false])
})

test('L2 an end is an end', () => strictEqual(media('#EXTINF:4,', 'a.ts', '#EXT-X-ENDLIST').isComplete, true))

test('L3 ranges, initialization and keys are those of their segments', () => {
  const [first, second] = media(
    ...['#EXT-X-MEDIA-SEQUENCE:258', '#EXT-X-MAP:URI="start.mp4",BYTERANGE="100@0"'],
    ...['#EXT-X-KEY:METHOD=AES-128,URI="key"', '#EXTINF:4,', '#EXT-X-BYTERANGE:200@100', 'all.mp4'],
    ...['#EXT-X-KEY:METHOD=AES-128,URI="key2",IV=0x000102030405060708090a0b0c0d0e0f', '#EXTINF:4,', 'b.mp4']
  ).segments
  deepStrictEqual(first!.range, { offset: 100, length: 200 })
  deepStrictEqual(
    [first!.start!.url.href, first!.start!.range],
    ['http://host/live/start.mp4', { offset: 0, length: 100 }]
  )
  deepStrictEqual(
    [first!.key!.url.href, first!.key!.iv.toString('hex')],
    ['http://host/live/key', '00000000000000000000000000000102']
  )
  strictEqual(second!.key!.iv.toString('hex'), '000102030405060708090a0b0c0d0e0f')
})

test('L4 the time that one segment says goes on through those behind it', () => {
  const { segments } = media(
    ...[
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-21T06:00:00.000Z',
      '#EXTINF:4,',
      'a.ts',
      '#EXTINF:2.5,',
      'b.ts',
      '#EXTINF:4,',
      'c.ts'
    ]
  )
  const start = Date.UTC(2026, 10, 21, 6)
  deepStrictEqual(
    segments.map(({ wallMs }) => wallMs),
    [start, start + 4000, start + 6500]
  )
})

test('L5 a gap is no segment', () => {
  deepStrictEqual(
    media('#EXTINF:4,', 'a.ts', '#EXT-X-GAP', '#EXTINF:4,', 'b.ts').segments.map(({ number }) => number),
    [0]
  )
})

const master = [
  ...['#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.4d401e,mp4a.40.2"', 'low.m3u8'],
  ...['#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=3840x2160', 'high.m3u8'],
  ...['#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1920x1080', 'middle.m3u8'],
  ...['#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080', 'better.m3u8'],
  ...['#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"', 'sound.m3u8'],
  '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,RESOLUTION=1920x1080,URI="keys.m3u8"'
]

for (const [height, chosen] of [
  [1080, 'better'],
  [720, 'low'],
  [240, 'low'],
  [4320, 'high']
] as const) {
  test(`L6 of several qualities, up to ${height} lines, "${chosen}" is taken`, () => {
    const playlist = read(...master)
    ok(playlist.kind === 'master')
    strictEqual(chooseVariant(playlist.variants, height)?.url.href, `http://host/live/${chosen}.m3u8`)
  })
}

test('L7 sound alone is nothing to choose from', () => {
  const playlist = read('#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"', 'sound.m3u8')
  ok(playlist.kind === 'master')
  strictEqual(chooseVariant(playlist.variants, 1080), undefined)
})

for (const [what, text] of [
  ['a page', '<html>'],
  ['nothing', ''],
  ['segments without a length', '#EXTM3U\n#EXTINF:4,\na.ts'],
  ['a length that is none', '#EXTM3U\n#EXT-X-TARGETDURATION:-1\n#EXTINF:4,\na.ts']
] as const) {
  test(`L8 ${what} is refused`, () => throws(() => readPlaylist(text, 'it', resolve), coded('SL_INPUT_DAMAGED')))
}

test('L9 what is protected otherwise than by AES-128 is refused', () => {
  throws(
    () => media('#EXT-X-KEY:METHOD=SAMPLE-AES,URI="key"', '#EXTINF:4,', 'a.ts'),
    coded('SL_INPUT_CODEC_UNSUPPORTED')
  )
})

test('L10 a megabyte of anything is read or refused within seconds', () => {
  const shapes = [
    '#EXT-X-KEY:METHOD="',
    '#EXTINF:',
    'a,',
    '"',
    '=',
    '#EXT-X-BYTERANGE:1@',
    '#EXTINF:1,\na.ts\n',
    '\n',
    '#'
  ]
  for (const shape of shapes) {
    const text = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${shape.repeat((1 << 20) / shape.length)}`
    const begun = performance.now()
    try {
      readPlaylist(text, 'it', resolve)
    } catch (error) {
      ok(
        coded('SL_INPUT_DAMAGED')(error as Error) || coded('SL_INPUT_CODEC_UNSUPPORTED')(error as Error),
        String(error)
      )
    }
    const tookMs = performance.now() - begun
    ok(tookMs < 5000, `${JSON.stringify(shape)} took ${tookMs} ms`)
  }
})
