import { doesNotMatch, match, ok, strictEqual } from 'node:assert'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

for (const [rule, answer, code] of [
  ['404', (_, response) => response.writeHead(404).end(), 'SL_INPUT_NOT_FOUND'],
  [
    'a wrong password',
    (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end(),
    'SL_INPUT_UNAUTHORISED'
  ],
  ['a server error', (_, response) => response.writeHead(503).end(), 'SL_INPUT_NETWORK'],
  [
    'a web page',
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>hello</body></html>'),
    'SL_INPUT_NOT_VIDEO'
  ]
] as const satisfies readonly (readonly [string, RequestListener, string])[]) {
  test(`a URL that gives ${rule} is ${code}, and its password is not shown`, async () => {
    const server = createServer(answer)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await using folder = await temporaryFolder()
    const out = join(folder.path, 'out')
    const { status, stderr } = await runCommand(
      'analyze',
      `http://me:hunter2@127.0.0.1:${port}/a.mp4?token=hunter3`,
      '--out',
      out
    )
    server.close()
    strictEqual(status, 1)
    match(stderr, new RegExp(`\\[${code}\\]`))
    match(stderr, /127\.0\.0\.1:\d+\/a\.mp4/)
    doesNotMatch(stderr, /hunter/)
    ok(!existsSync(out))
  })
}
