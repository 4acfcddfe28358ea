import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { mock, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { largeClip } from '../support/large-clip.ts'
import { runCommand } from '../support/run-command.ts'
import { serving } from '../support/serving.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

for (const [rule, answer, code, says] of [
  ['an empty file', async () => '', 'SL_INPUT_EMPTY', /clip\.mp4 is empty/],
  [
    'an empty file behind ranges',
    async () => (_, response) => response.writeHead(416, { 'content-range': 'bytes */0' }).end(),
    'SL_INPUT_EMPTY',
    /clip\.mp4 is empty/
  ],
  [
    'an MP4 with its index at the end, without ranges',
    largeClip,
    'SL_INPUT_UNREADABLE',
    /index at the end.* Save it to a file/
  ],
  [
    'an HLS playlist',
    async () => '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/part.ts\n#EXT-X-ENDLIST\n',
    'SL_INPUT_REFUSED',
    /is a playlist/
  ],
  ['a concat script', async () => "ffconcat version 1.0\nfile '/etc/passwd'\n", 'SL_INPUT_REFUSED', /is a playlist/],
  [
    'a DASH manifest',
    async () =>
      '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet><Representation id="1"><BaseURL>/part.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
    'SL_INPUT_REFUSED',
    /is a playlist/
  ]
] as const satisfies readonly (readonly [
  string,
  (folder: string) => Promise<RequestListener | Buffer | string>,
  string,
  RegExp
])[]) {
  test(`a URL that gives ${rule} is ${code}, and nothing else is opened or left behind`, async () => {
    await using folder = await temporaryFolder()
    const out = join(folder.path, 'out')
    await using server = await serving(await answer(folder.path))
    const { status, stderr } = await runCommand('analyze', server.url, '--out', out, '--model', 'motion')
    match(stderr, new RegExp(`\\[${code}\\]\\n$`))
    match(stderr, says)
    doesNotMatch(stderr, /\n\s+at /)
    strictEqual(status, 1)
    deepStrictEqual(server.asked, ['/clip.mp4'])
    ok(!existsSync(out))
  })
}

test('a URL that never answers is SL_INPUT_TIMEOUT, and nothing is left behind', async () => {
  await using folder = await temporaryFolder()
  const out = join(folder.path, 'out')
  // Ten seconds pass once the server has been asked.
  await using server = await serving(() => mock.timers.tick(10_000))
  mock.timers.enable({ apis: ['setTimeout'] })
  const { status, stderr } = await runCommand('analyze', server.url, '--out', out).finally(() => mock.timers.reset())
  match(stderr, /clip\.mp4 sent nothing for 10 s\. \[SL_INPUT_TIMEOUT\]\n$/)
  strictEqual(status, 1)
  ok(!existsSync(out))
})

test('Ctrl-C while a URL does not answer ends with 130 and says that nothing was written', async () => {
  await using folder = await temporaryFolder()
  const out = join(folder.path, 'out')
  const program = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
  const interrupt = () => child.kill('SIGINT')
  await using server = await serving(interrupt)
  const child = spawn(process.execPath, [program, 'analyze', server.url, '--out', out])
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  match(stderr, /Stopped before the first frame; nothing was written\. \[SL_CANCELLED\]\n$/)
  strictEqual(code, 130)
  ok(!existsSync(out))
})
