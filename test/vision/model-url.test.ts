import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { isDownloadable, mayRedirect } from '../../src/vision/model-url.ts'

const urls = [
  { url: 'https://models.example/m.onnx', allowed: true },
  { url: 'http://models.example/m.onnx', allowed: false },
  { url: 'http://127.0.0.1:8080/m.onnx', allowed: true },
  { url: 'http://127.0.0.1.example/m.onnx', allowed: false },
  { url: 'http://[::1]/m.onnx', allowed: true },
  { url: 'file:///tmp/m.onnx', allowed: false },
  { url: 'https://user:word@models.example/m.onnx', allowed: false },
  { url: 'models.example/m.onnx', allowed: false }
]
for (const { url, allowed } of urls) {
  test(`a model ${allowed ? 'may' : 'may not'} come from ${url}`, () => {
    strictEqual(isDownloadable(url), allowed)
  })
}

const steps = [
  { from: 'https://a.example/m', to: 'https://b.example/m', allowed: true },
  { from: 'https://a.example/m', to: 'http://b.example/m', allowed: false },
  { from: 'https://a.example/m', to: 'http://127.0.0.1/m', allowed: false },
  { from: 'http://127.0.0.1/m', to: 'http://127.0.0.1/n', allowed: true },
  { from: 'https://a.example/m', to: 'file:///etc/passwd', allowed: false },
  { from: 'https://a.example/m', to: 'https://user:word@b.example/m', allowed: false }
]
for (const { from, to, allowed } of steps) {
  test(`from ${from} a redirect to ${to} is ${allowed ? 'followed' : 'refused'}`, () => {
    strictEqual(mayRedirect(from, to), allowed)
  })
}
