import { offlinePage } from './offline-page.ts'

/** As much of a worker's surroundings as is needed: their types do not go together with those of pages. */
interface WorkerScope {
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate' | 'fetch', listener: (event: WorkerEvent) => void): void
}
interface WorkerEvent extends Event {
  readonly request: Request
  waitUntil(done: Promise<void>): void
  respondWith(response: Promise<Response>): void
}

const scope = globalThis as unknown as WorkerScope

// It keeps nothing, so a newer one can take over at any moment, and no page is ever older than the server's.
scope.addEventListener('install', event => event.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', event => event.waitUntil(scope.clients.claim()))

// Pages alone: answers, pictures and downloads are the browser's own business.
scope.addEventListener('fetch', event => {
  const { mode, method, url } = event.request
  if (mode !== 'navigate' || method !== 'GET' || new URL(url).pathname.startsWith('/api/')) return
  event.respondWith(fetch(event.request).catch(offlinePage))
})
