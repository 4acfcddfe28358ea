import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Authorisation } from '../../../src/media/sources/authorisation.ts'
import { readChallenges } from '../../../src/media/sources/challenges.ts'

const mufasa = { username: 'Mufasa', password: 'Circle of Life' }
/** RFC 7616 §3.9.1. */
const rfc7616 =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
const rfc7616Nonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'

const answer = (
  header: string,
  credentials = mufasa,
  method = 'GET',
  uri = '/dir/index.html',
  nonce = rfc7616Nonce
) => {
  const authorisation = new Authorisation(credentials, () => nonce)
  return authorisation.hear(header) ? authorisation.header(method, uri) : undefined
}
const responseOf = (header: string | undefined) => /response="(\w+)"/.exec(header ?? '')?.[1]

for (const [rule, header, response] of [
  ['D1 the example of RFC 7616 with MD5', `Digest ${rfc7616}, algorithm=MD5`, '8ca523f5e9506fed4657c9700eebdbec'],
  [
    'D2 the example of RFC 7616 with SHA-256',
    `Digest ${rfc7616}, algorithm=SHA-256`,
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'
  ],
  [
    'D3 of two challenges in one header the stronger is answered',
    `Digest ${rfc7616}, algorithm=MD5, Digest ${rfc7616}, algorithm=SHA-256, Basic realm="x"`,
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'
  ]
] as const) {
  test(rule, () => strictEqual(responseOf(answer(header)), response))
}

test('D4 the example of RFC 2617, which names no algorithm', () => {
  const header =
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
  const credentials = { username: 'Mufasa', password: 'Circle Of Life' }
  strictEqual(
    responseOf(answer(header, credentials, 'GET', '/dir/index.html', '0a4f113b')),
    '6629fae49393a05397450978507c4ef1'
  )
})

test('D5 without qop the answer is that of RFC 2069, and says nothing that the server did not ask for', () => {
  strictEqual(
    answer('Digest realm="r", nonce="n"', { username: 'u', password: 'p' }, 'DESCRIBE', 'rtsp://camera/'),
    'Digest username="u", realm="r", nonce="n", uri="rtsp://camera/", response="8ba45dc6b0645628a892d79b50511bc2"'
  )
})

test('D6 a session keeps its own nonce from request to request, and counts', () => {
  let made = 0
  const authorisation = new Authorisation(mufasa, () => `own${++made}`)
  authorisation.hear(`Digest ${rfc7616}, algorithm=MD5-sess`)
  match(authorisation.header('DESCRIBE', '/')!, /nc=00000001, cnonce="own1"/)
  match(authorisation.header('SETUP', '/')!, /nc=00000002, cnonce="own1"/)
})

test('D7 a new challenge begins to count anew', () => {
  const authorisation = new Authorisation(mufasa)
  authorisation.hear(`Digest ${rfc7616}`)
  authorisation.header('DESCRIBE', '/')
  authorisation.hear(`Digest ${rfc7616}, stale=TRUE`)
  match(authorisation.header('DESCRIBE', '/')!, /nc=00000001/)
})

test('D8 basic is answered where there is nothing better', () => {
  strictEqual(
    answer('Basic realm="camera"', { username: 'Aladdin', password: 'open sesame' }),
    'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='
  )
})

for (const header of [
  '',
  'Bearer realm="x"',
  'Digest realm="x"',
  'Digest realm="r", nonce="n", algorithm=SHA-512-256',
  ',,='
]) {
  test(`D9 ${JSON.stringify(header)} asks for nothing that is spoken`, () => strictEqual(answer(header), undefined))
}

test('D10 a quote in a name does not end it', () => {
  match(answer('Digest realm="r", nonce="n"', { username: 'a"b\\', password: '' })!, /username="a\\"b\\\\"/)
})

test('D11 parameters without quotes, unknown ones and commas within quotes are read', () => {
  deepStrictEqual(
    readChallenges('digest realm="a, basic b=c", nonce=abc,charset=UTF-8, userhash=false, Basic').map(
      ({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]
    ),
    [
      ['digest', { realm: 'a, basic b=c', nonce: 'abc', charset: 'UTF-8', userhash: 'false' }],
      ['basic', {}]
    ]
  )
})
