import type { StateMessage } from '../../src/contract/live.ts'
import { LiveSocket } from '../src/live/live-socket.ts'
import type { PlayoutMode } from '../src/live/playout.ts'
import { EventList } from './event-list.ts'
import { Tile } from './tile.ts'
import { tellWho } from './who.ts'

const part = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind
const tiles = new Map<string, Tile>()
const sessions = new Map<string, string>()
const streams = part('streams')
const connection = part('connection')
const events = new EventList(
  part('events'),
  part('no-events'),
  part('newest-event'),
  stream => tiles.get(stream)?.title ?? stream
)
let mode: PlayoutMode = 'exact'

const live = new LiveSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/live`, {
  handlers: {
    state: message => tileOf(message).state(message),
    tracks: message => tiles.get(message.stream)?.tracks(message),
    clock: message => tiles.get(message.stream)?.clock(message),
    event(message) {
      events.add(message)
      tiles.get(message.event.stream)?.event(message)
    },
    connection(isOpen) {
      connection.dataset.open = String(isOpen)
      streams.dataset.open = String(isOpen)
      connection.textContent = isOpen ? 'Connected' : 'The server does not answer: trying again…'
    }
  }
})

const visible = new IntersectionObserver(
  entries => {
    for (const { target, isIntersecting } of entries) {
      const tile = tiles.get((target as HTMLElement).dataset.stream ?? '')
      if (tile) tile.isSeen = isIntersecting
    }
  },
  { rootMargin: '200px' }
)

/** The demo first, then one's own camera, then the others by name. */
function rank({ stream }: { readonly stream?: string }): string {
  return `${['demo', 'camera'].indexOf(stream ?? '') + 1 || 9} ${stream}`
}

function tileOf(state: StateMessage): Tile {
  const known = tiles.get(state.stream)
  if (known) return known
  const tile = new Tile(state, mode, session => {
    if (session === undefined) sessions.delete(state.stream)
    else sessions.set(state.stream, session)
    live.view([...sessions.values()])
  })
  tiles.set(state.stream, tile)
  const after = [...streams.children].find(other => rank((other as HTMLElement).dataset) > rank(state))
  streams.insertBefore(tile.element, after ?? null)
  visible.observe(tile.element)
  return tile
}

for (const input of document.querySelectorAll<HTMLInputElement>('input[name=mode]')) {
  input.addEventListener('change', () => {
    mode = input.value === 'lowest' ? 'lowest' : 'exact'
    for (const tile of tiles.values()) tile.mode = mode
  })
}
const tracksToo = part<HTMLInputElement>('tracks-too')
tracksToo.addEventListener('change', () => {
  events.withTracks = tracksToo.checked
})
addEventListener('online', () => live.retryNow())
document.addEventListener('visibilitychange', () => live.retryNow())
/** That a stream was removed is not told on the socket. */
async function lookForRemoved(): Promise<void> {
  const answer = await fetch('/api/v1/streams?live=true&limit=1000').catch(() => undefined)
  // Signed out meanwhile: the page for signing in comes instead.
  if (answer?.status === 401) return location.reload()
  if (!answer?.ok) return
  const { items }: { readonly items: readonly { readonly name: string }[] } = await answer.json()
  for (const [stream, tile] of tiles) {
    if (items.some(({ name }) => name === stream)) continue
    tile.close()
    tiles.delete(stream)
  }
}
setInterval(() => void lookForRemoved(), 20_000)
void tellWho(part('leave'), part('set-up'))
setInterval(() => {
  for (const tile of tiles.values()) tile.tellReadings()
}, 1000)
