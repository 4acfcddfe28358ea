import { eventQuery, firstEvents } from '../pages/events/event-search.ts'

/** The shell's own. */
export const askedEverywhere: readonly string[] = ['/api/v1/session']

/**
 * By route, what its page asks the server for as soon as it is there: the server has browsers begin with it before the app has come.
 * Each must be asked for just so, or it is fetched twice (test/e2e/first-loads.e2e-test.ts looks). `$id` stands for that part of the address.
 */
export const firstAsked: Readonly<Record<string, readonly string[]>> = {
  '/': [asked('/api/v1/streams', { live: true, limit: 1000 })],
  '/events': [asked('/api/v1/events', { ...eventQuery({}, 0), ...firstEvents })],
  '/reports/$id': ['/api/v1/reports/$id', '/api/v1/recordings/$id']
}

/** As the app's client writes it. */
function asked(path: string, query: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map(each => `${name}=${encodeURIComponent(String(each))}`)
  )
  return `${path}?${parts.join('&')}`
}
