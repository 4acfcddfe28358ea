import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { openSource, type SourceSpec, type SourceSurroundings } from '../../../src/media/sources/open-source.ts'
import type { VideoSource } from '../../../src/media/sources/source.ts'

const nobody: SourceSurroundings = {
  dialler: () => ({ dial: () => Promise.reject(new Error('Nothing is dialled here.')) })
}
const owner: SourceSurroundings = { ...nobody, mayReadFiles: true }

function refusal(url: string, surroundings = nobody): { readonly code?: string; readonly message: string } {
  try {
    return { message: `opened as ${openSource({ url }, surroundings).title}` }
  } catch (error) {
    return error as Error & { code?: string }
  }
}

for (const [url, title] of [
  ['rtsp://u:secret@camera/live', 'rtsp://camera/live'],
  ['rtsps://camera/live', 'rtsps://camera/live'],
  ['HTTP://u:secret@camera/video?token=x', 'http://camera/video?…'],
  ['https://[::1]:8443/', 'https://[::1]:8443/'],
  ['clips/door.mp4', 'clips/door.mp4'],
  ['/clips/door: left.mp4', '/clips/door: left.mp4'],
  ['C:\\clips\\door.mp4', 'C:\\clips\\door.mp4']
] as const) {
  test(`O1 ${url} is opened`, () => strictEqual(openSource({ url }, owner).title, title))
}

for (const url of [
  ...['file:///etc/passwd', 'file:clip.mp4', 'concat:a|b', 'exec:sh', 'pipe:0', 'data:video/mp4;base64,AAAA'],
  ...['ftp://u:secret@host/', 'u:secret@host', 'javascript:0', 'constructor:x'],
  ...['-i', '-i /etc/passwd', '--help']
]) {
  test(`O2 ${url} is refused, even to who owns the machine`, () => {
    const { code, message } = refusal(url, owner)
    strictEqual(code, 'SL_INPUT_REFUSED', message)
    ok(!message.includes('secret'), message)
  })
}

for (const url of [
  ...['', 'rtsp://camera/\n', 'rtsp://camera/\u0000', 'http://camera/\r\nX: y', 'clip\u0007.mp4', 'rtsp://', 'http://'],
  ...['http://ca mera/', 'rtsp://u:sec ret@camera/', `http://camera/${'x'.repeat(2048)}`, 'push:../x', 'push:a/b'],
  ...['push:..', 'demo:a b', `push:${'n'.repeat(300)}`, 'push:a%2fb']
]) {
  test(`O3 ${JSON.stringify(url).slice(0, 40)} is no address`, () => {
    const { code, message } = refusal(url, owner)
    strictEqual(code, 'SL_OPTION_INVALID', message)
    ok(!message.includes('sec ret'), message)
  })
}

for (const url of ['clip.mp4', '/etc/passwd', '../clip.mp4', 'C:\\clip.mp4']) {
  test(`O4 the file ${url} is for who owns the machine alone`, () => strictEqual(refusal(url).code, 'SL_INPUT_REFUSED'))
}

test('O5 demo and push are opened by whoever provides them, by their name', () => {
  const asked: string[] = []
  const provided = (what: string) => (name: string) => {
    asked.push(`${what} ${name}`)
    return { title: name } as VideoSource
  }
  const surroundings = { ...nobody, openDemo: provided('demo'), openPushed: provided('push') }
  for (const url of ['demo:', 'demo:entrance', 'push:front-door', 'push:Tür.1']) openSource({ url }, surroundings)
  deepStrictEqual(asked, ['demo ', 'demo entrance', 'push front-door', 'push Tür.1'])
  strictEqual(refusal('demo:').code, 'SL_INPUT_REFUSED')
})

test('O6 certificates are verified unless it was said otherwise', () => {
  const asked: boolean[] = []
  const surroundings: SourceSurroundings = {
    dialler({ verifyTls }) {
      asked.push(verifyTls)
      return nobody.dialler({ verifyTls })
    }
  }
  const specs: SourceSpec[] = [{ url: 'rtsps://camera/' }, { url: 'https://camera/', verifyTls: false }]
  for (const spec of specs) openSource(spec, surroundings)
  deepStrictEqual(asked, [true, false])
})
