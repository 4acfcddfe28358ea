import { doesNotMatch, equal, match } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function settingsFile(t: TestContext, text: string, environment: Record<string, string> = {}): Promise<string> {
  const folder = await temporaryFolder()
  const before = { ...process.env }
  Object.assign(process.env, environment)
  t.after(async () => {
    process.env = before
    await folder[Symbol.asyncDispose]()
  })
  const path = join(folder.path, 'sightline.yaml')
  await writeFile(path, text)
  return path
}

test('CC1 settings that can be used are said to be', async t => {
  const path = await settingsFile(t, 'streams: {door: rtsp://a/1}\nlive: {maxFps: 5}\n')
  const { status, stdout } = await runCommand('config', 'check', '--config', path)
  equal(status, 0)
  match(stdout, /can be used, with 1 stream\.\n$/)
})

const wrong = [
  { rule: 'an unknown key', text: 'live: {\n  maxfps: 5}\n', message: /sightline\.yaml:2: unknown key `maxfps`/ },
  { rule: 'a key twice', text: 'live: {}\nlive: {}\n', message: /sightline\.yaml:2: / },
  {
    rule: 'limits that contradict each other',
    text: 'retention: {disk: {prune: 0.9, stopClips: 0.5}}\n',
    message: /SL_CONFIG_INVALID/
  },
  {
    rule: 'a zone that is none',
    text: 'streams: {door: {source: "demo:", zones: {z: [[0.1, 0.1]]}}}\n',
    message: /zones\.z/
  },
  {
    rule: 'a stream whose parts make no sense together',
    text: 'streams: {yard: {source: "rtsp://b/1", tracker: sort, reid: {model: osnet}}}\n',
    message: /tracker sort .*reid.*SL_OPTION_INVALID/
  },
  {
    rule: 'a password that is not there',
    text: 'streams: {door: "rtsp://me:$\x7bABSENT_ONE}@a/1"}\n',
    message: /ABSENT_ONE/
  }
]
for (const { rule, text, message } of wrong)
  test(`CC2 said, with its place: ${rule}`, async t => {
    const { status, stderr } = await runCommand('config', 'check', '--config', await settingsFile(t, text))
    equal(status, 2)
    match(stderr, message)
  })

test('CC3 what holds is shown with where it comes from, and without secrets', async t => {
  const text = [
    'streams: {door: {source: "rtsp://me:hunter2@a/1?token=abc", maxFps: 5}, yard: "rtsp://me:hunter2@b/1"}',
    'live: {maxFps: 5, webrtc: {iceServers: [{urls: "turn:t.example:3478", username: u, credential: hunter2}]}}'
  ].join('\n')
  const path = await settingsFile(t, text, { SIGHTLINE_LIVE_MAX_FPS: '7' })
  const { status, stdout } = await runCommand('config', 'print', '--config', path)
  equal(status, 0)
  match(stdout, /^live\.maxFps: 7 # \$SIGHTLINE_LIVE_MAX_FPS$/m)
  match(stdout, /^streams\.door\.maxFps: 5 # .*sightline\.yaml$/m)
  match(stdout, /^streams\.door\.source: rtsp:\/\/a\/1\?token=\*\*\* #/m)
  doesNotMatch(stdout, /hunter2|abc/)
})

test('CC4 a variable that is mistyped is told', async t => {
  const path = await settingsFile(t, 'live: {}', { SIGHTLINE_LIVE_MAXFPS: '7' })
  match((await runCommand('config', 'check', '--config', path)).stderr, /SIGHTLINE_LIVE_MAXFPS is no setting/)
})
