import { strictEqual } from 'node:assert'
import { test } from 'node:test'
import { redactUrl } from '../../src/core/redact.ts'

const cases = [
  {
    rule: 'user and password are left out',
    url: 'https://ann:s3cret@cam.example/a.mp4',
    expected: 'https://cam.example/a.mp4'
  },
  { rule: 'a user alone is left out', url: 'rtsp://admin@10.0.0.7:554/1', expected: 'rtsp://10.0.0.7:554/1' },
  { rule: 'a password with "@" is left out whole', url: 'rtsp://a:p@ss@cam/live', expected: 'rtsp://cam/live' },
  { rule: 'a password with "/" is left out whole', url: 'rtsp://a:pa/ss@cam/live', expected: 'rtsp://cam/live' },
  {
    rule: 'a password with "#" and "?" is left out whole',
    url: 'rtsp://a:p#s?s@cam/live',
    expected: 'rtsp://cam/live'
  },
  { rule: 'a token in the query is masked', url: 'https://h/v?token=abc&t=5', expected: 'https://h/v?token=***&t=5' },
  {
    rule: 'a signed address keeps its path and loses its signature',
    url: 'https://b.s3/x.mp4?X-Amz-Expires=60&X-Amz-Credential=AKIA%2F2026&X-Amz-Signature=0badc0de',
    expected: 'https://b.s3/x.mp4?X-Amz-Expires=60&X-Amz-Credential=***&X-Amz-Signature=***'
  },
  { rule: 'an escaped name is no disguise', url: 'https://h/v?to%6ben=abc', expected: 'https://h/v?to%6ben=***' },
  {
    rule: 'a long key is masked whatever it is called',
    url: 'https://h/v?q=A8s7df6A8s7df6A8s7df6',
    expected: 'https://h/v?q=***'
  },
  { rule: 'a bare key is masked', url: 'https://h/v?A8s7df6A8s7df6A8s7df6', expected: 'https://h/v?***' },
  {
    rule: 'a token in the fragment is masked',
    url: 'https://h/v#access_token=abc',
    expected: 'https://h/v#access_token=***'
  },
  {
    rule: 'what identifies a video stays',
    url: 'https://h:8080/watch?v=dQw4&t=10#part',
    expected: 'https://h:8080/watch?v=dQw4&t=10#part'
  },
  {
    rule: 'an "@" in the path is no password',
    url: 'https://h:8080/@ann/v.mp4',
    expected: 'https://h:8080/@ann/v.mp4'
  },
  { rule: 'a path is left as it is', url: '/home/ann@home/a.mp4', expected: '/home/ann@home/a.mp4' },
  { rule: 'a Windows path is left as it is', url: 'C:\\clips\\a.mp4', expected: 'C:\\clips\\a.mp4' }
]
for (const { rule, url, expected } of cases) {
  test(`redact: ${rule}`, () => {
    strictEqual(redactUrl(url), expected)
    strictEqual(redactUrl(expected), expected)
  })
}
