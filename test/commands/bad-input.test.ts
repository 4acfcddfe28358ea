import { doesNotMatch, match, ok, strictEqual } from 'node:assert'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeClip } from '../support/make-clip.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface Case {
  readonly rule: string
  /** Makes INPUT in the folder and gives the arguments. */
  readonly given: (folder: string) => Promise<string[]>
  readonly code: string
  readonly status: number
  /** What the sentence has to say. */
  readonly says: RegExp
}

const written = async (folder: string, name: string, content: string | Buffer): Promise<string[]> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return [path]
}
const clip = async (folder: string, name: string, options: Parameters<typeof makeClip>[1] = {}): Promise<string> => {
  const path = join(folder, name)
  await makeClip(path, { frames: 4, ...options })
  return path
}
const option =
  (...args: string[]): Case['given'] =>
  async folder => [await clip(folder, 'a.mp4'), ...args]
const address =
  (input: string): Case['given'] =>
  async () => [input]

const cases: readonly Case[] = [
  {
    rule: 'a missing file',
    given: async folder => [join(folder, 'nope.mp4')],
    code: 'SL_INPUT_NOT_FOUND',
    status: 1,
    says: /nope\.mp4 does not exist/
  },
  {
    rule: 'an empty file',
    given: folder => written(folder, 'empty.mp4', ''),
    code: 'SL_INPUT_EMPTY',
    status: 1,
    says: /empty\.mp4 is empty/
  },
  {
    rule: 'text renamed .mp4',
    given: folder => written(folder, 'notes.mp4', 'buy milk\n'.repeat(400)),
    code: 'SL_INPUT_NOT_VIDEO',
    status: 1,
    says: /notes\.mp4 is a text file/
  },
  {
    rule: 'random bytes',
    given: folder =>
      written(folder, 'noise.mp4', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251))),
    code: 'SL_INPUT_NOT_VIDEO',
    status: 1,
    says: /noise\.mp4/
  },
  {
    rule: 'an MP4 whose moov was cut off',
    given: async folder => {
      const path = await clip(folder, 'cut.mp4', { frames: 40 })
      const bytes = await readFile(path)
      await writeFile(path, bytes.subarray(0, bytes.lastIndexOf('moov') - 4))
      return [path]
    },
    code: 'SL_INPUT_DAMAGED',
    status: 1,
    says: /cut\.mp4 .*index \(moov\)/
  },
  {
    rule: 'audio only',
    given: async folder => [await clip(folder, 'song.mp4', { codec: 'none' })],
    code: 'SL_INPUT_NO_VIDEO_STREAM',
    status: 1,
    says: /song\.mp4 has no video/
  },
  {
    rule: 'a video stream without one whole frame',
    given: async folder => {
      const path = await clip(folder, 'void.avi', { codec: 'mjpeg', frames: 3 })
      const bytes = await readFile(path)
      const movi = bytes.indexOf('movi')
      bytes.fill(0, bytes.indexOf(Buffer.from([0xff, 0xd8]), movi), bytes.lastIndexOf('idx1'))
      return written(folder, 'void.avi', bytes)
    },
    code: 'SL_INPUT_NO_FRAMES',
    status: 1,
    says: /void\.avi/
  },
  {
    rule: '30000×30000 pictures',
    given: folder => written(folder, 'huge.gif', giantGif(30_000, 30_000)),
    code: 'SL_INPUT_TOO_LARGE',
    status: 1,
    says: /30000×30000/
  },
  {
    rule: 'more than --max-pixels',
    given: option('--max-pixels', '1000'),
    code: 'SL_INPUT_TOO_LARGE',
    status: 1,
    says: /more than the 1000 pixels/
  },
  {
    rule: 'an HLS playlist renamed .mp4',
    given: folder => written(folder, 'list.mp4', '#EXTM3U\n#EXTINF:1,\nfile:/etc/passwd\n'),
    code: 'SL_INPUT_REFUSED',
    status: 1,
    says: /playlist/
  },
  {
    rule: 'a concat script',
    given: folder => written(folder, 'script.mkv', "ffconcat version 1.0\nfile '/etc/passwd'\n"),
    code: 'SL_INPUT_REFUSED',
    status: 1,
    says: /playlist/
  },
  { rule: 'concat:', given: address('concat:a.mp4|b.mp4'), code: 'SL_INPUT_REFUSED', status: 1, says: /concat:/ },
  {
    rule: 'subfile:',
    given: address('subfile,,start,0,end,9,,:/etc/passwd'),
    code: 'SL_INPUT_NOT_FOUND',
    status: 1,
    says: /does not exist/
  },
  { rule: 'data:', given: address('data:video/mp4;base64,AAAA'), code: 'SL_INPUT_REFUSED', status: 1, says: /data:/ },
  { rule: 'file:', given: address('file:///etc/passwd'), code: 'SL_INPUT_REFUSED', status: 1, says: /file:/ },
  {
    rule: 'a URL with a line break',
    given: address('http://127.0.0.1/a\r\nHost: b'),
    code: 'SL_INPUT_REFUSED',
    status: 1,
    says: /line break/
  },
  {
    rule: 'a folder without pictures',
    given: async folder => {
      await mkdir(join(folder, 'none'))
      return [join(folder, 'none')]
    },
    code: 'SL_INPUT_EMPTY',
    status: 1,
    says: /without pictures/
  },
  {
    rule: 'a time range after the end',
    given: option('--from', '100'),
    code: 'SL_INPUT_NO_FRAMES',
    status: 1,
    says: /between --from and --to/
  },
  {
    rule: 'a model file that is not ONNX',
    given: async folder => [
      await clip(folder, 'a.mp4'),
      '--model',
      (await written(folder, 'm.onnx', 'not a model'))[0]!
    ],
    code: 'SL_MODEL_NOT_ONNX',
    status: 1,
    says: /m\.onnx/
  },
  {
    rule: 'a model file that is not there',
    given: option('--model', './nope.onnx'),
    code: 'SL_MODEL_NOT_FOUND',
    status: 1,
    says: /nope\.onnx/
  },
  {
    rule: 'a model that the catalogue does not know',
    given: option('--model', 'yolox-nanno'),
    code: 'SL_MODEL_UNKNOWN',
    status: 1,
    says: /Did you mean yolox-nano/
  },
  {
    rule: 'a zone with two points',
    given: option('--zone', 'hall=0,0;1,1'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /has 2 points; it needs at least 3/
  },
  {
    rule: 'a line with one point',
    given: option('--line', 'door=0,0'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /needs at least 2/
  },
  {
    rule: 'a line without length',
    given: option('--line', 'door=0.5,0.5;0.5,0.5'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /no length/
  },
  {
    rule: 'a line without a name',
    given: option('--line', '0,0;1,1'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /NAME=/
  },
  {
    rule: 'a line whose name has spaces',
    given: option('--line', 'my door=0,0;1,1'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /lower-case/
  },
  {
    rule: 'a point outside the frame',
    given: option('--zone', 'hall=0,0;640,0;640,480'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /outside the frame/
  },
  {
    rule: 'a point that is no number',
    given: option('--zone', 'hall=0,0;1,x;1,1'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /not a point/
  },
  {
    rule: 'two lines of one name',
    given: option('--line', 'a=0,0;1,1', '--line', 'a=0,1;1,0'),
    code: 'SL_OPTION_CONFLICT',
    status: 2,
    says: /called a/
  },
  {
    rule: '--from after --to',
    given: option('--from', '5', '--to', '2'),
    code: 'SL_OPTION_CONFLICT',
    status: 2,
    says: /not before/
  },
  {
    rule: '--min-size above --max-size',
    given: option('--min-size', '0.5', '--max-size', '0.1'),
    code: 'SL_OPTION_CONFLICT',
    status: 2,
    says: /every box would be ignored/
  },
  {
    rule: 'motion with classes it does not have',
    given: option('--model', 'motion', '--classes', 'person'),
    code: 'SL_OPTION_CONFLICT',
    status: 2,
    says: /moving/
  },
  {
    rule: 'motion that skips frames',
    given: option('--model', 'motion', '--every', '3'),
    code: 'SL_OPTION_CONFLICT',
    status: 2,
    says: /every frame/
  },
  { rule: '--every 0', given: option('--every', '0'), code: 'SL_OPTION_INVALID', status: 2, says: /--every 0/ },
  {
    rule: '--min-score 2',
    given: option('--min-score', '2'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /between 0 and 1/
  },
  {
    rule: 'an unknown tracker',
    given: option('--tracker', 'bite'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /did you mean byte/
  },
  {
    rule: 'a time that is none',
    given: option('--from', 'noon'),
    code: 'SL_OPTION_INVALID',
    status: 2,
    says: /not a time/
  },
  {
    rule: 'a settings file that is not there',
    given: option('--config', './nope.yaml'),
    code: 'SL_CONFIG_INVALID',
    status: 2,
    says: /nope\.yaml/
  },
  {
    rule: 'a settings file with an unknown key',
    given: async folder => [
      await clip(folder, 'a.mp4'),
      '--config',
      (await written(folder, 's.yaml', 'analysis:\n  every: 1\n  modell: yolox-nano\n'))[0]!
    ],
    code: 'SL_CONFIG_INVALID',
    status: 2,
    says: /s\.yaml:3: unknown key `modell`/
  }
]

for (const { rule, given, code, status, says } of cases) {
  test(`${rule} is refused with ${code} and exit status ${status}, and nothing is left behind`, async () => {
    await using folder = await temporaryFolder()
    const out = join(folder.path, 'out')
    const result = await runCommand('analyze', ...(await given(folder.path)), '--out', out)
    match(result.stderr, new RegExp(`\\[${code}\\]\\n$`))
    match(result.stderr, says)
    doesNotMatch(result.stderr, /\n\s+at /)
    strictEqual(result.status, status)
    strictEqual(result.stdout, '')
    ok(!existsSync(out))
  })
}

for (const [rule, args] of [
  ['an unknown option', ['analyze', 'a.mp4', '--speed', '9']],
  ['no INPUT', ['analyze']],
  ['an unknown verb', ['analyse', 'a.mp4']]
] as const) {
  test(`${rule} is exit status 2 with a hint`, async () => {
    const { status, stderr } = await runCommand(...args)
    strictEqual(status, 2)
    match(stderr, /error: /)
    match(stderr, /--help/)
  })
}

test('an output folder that may not be written is SL_OUTPUT_UNWRITABLE', async () => {
  await using folder = await temporaryFolder()
  const input = await clip(folder.path, 'a.mp4')
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  const { status, stderr } = await runCommand('analyze', input, '--out', join(file, 'out'))
  strictEqual(status, 1)
  match(stderr, /\[SL_OUTPUT_UNWRITABLE\]/)
})

test('a file that this user may not read is SL_INPUT_UNREADABLE', {
  skip: process.getuid?.() === 0 && 'root reads everything'
}, async () => {
  await using folder = await temporaryFolder()
  const input = await clip(folder.path, 'a.mp4')
  await chmod(input, 0)
  const { status, stderr } = await runCommand('analyze', input, '--out', join(folder.path, 'out'))
  strictEqual(status, 1)
  match(stderr, /\[SL_INPUT_UNREADABLE\]/)
})

/** A GIF that claims a giant canvas and holds one small picture. */
function giantGif(width: number, height: number): Buffer {
  const header = Buffer.from('GIF89a0000\x80\x00\x00', 'latin1')
  header.writeUInt16LE(width, 6)
  header.writeUInt16LE(height, 8)
  const colours = Buffer.from([0, 0, 0, 255, 255, 255])
  const picture = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b])
  return Buffer.concat([header, colours, picture])
}
