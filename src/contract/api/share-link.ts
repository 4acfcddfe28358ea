import Type from 'typebox'
import { Name } from '../geometry.ts'
import { Summary } from '../report.ts'
import { closed, Digest, Epoch, Key, Title, TrackId, WallMs } from './fields.ts'
import { Regions, ReportFile } from './recording.ts'

/** What is known of a link that shows a report to whoever has it: never the link itself. */
export const ShareLink = Type.Object(
  {
    id: Key,
    recording: Key,
    recordingTitle: Type.String(),
    stream: Name,
    /** What it is for; null where nobody said. */
    title: Type.Union([Type.String(), Type.Null()]),
    /** Who made it. It shows nothing once they may not share the recording any more. */
    userName: Type.String(),
    createdMs: WallMs,
    expiresMs: WallMs
  },
  { ...closed, title: 'ShareLink' }
)
export type ShareLink = Type.Static<typeof ShareLink>

export const ShareLinkQuery = Type.Object({ recording: Type.Optional(Key) }, closed)
export type ShareLinkQuery = Type.Static<typeof ShareLinkQuery>

export const NewShareLink = Type.Object(
  {
    recording: Key,
    title: Type.Optional(Title),
    /** In a week unless said; at most 366 days from now. */
    expiresMs: Type.Optional(WallMs)
  },
  { ...closed, title: 'NewShareLink' }
)
export type NewShareLink = Type.Static<typeof NewShareLink>

export const IssuedShareLink = Type.Object(
  {
    id: Key,
    expiresMs: WallMs,
    path: Type.String({
      description:
        'The address of the page that shows the report, on this server. Shown once: what follows `#` is kept nowhere, and no browser sends it.'
    })
  },
  { ...closed, title: 'IssuedShareLink' }
)
export type IssuedShareLink = Type.Static<typeof IssuedShareLink>

const id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })

export const ByLink = Type.Object({ link: id }, closed)
export const ByLinkAndName = Type.Object(
  { link: id, name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' }) },
  closed
)
export const ByLinkAndTrack = Type.Object({ link: id, track: TrackId }, closed)

/** What follows `#` in a link. */
export const LinkSecret = Type.Object(
  { secret: Type.String({ minLength: 1, maxLength: 128, pattern: '^[\\w-]+$' }) },
  { ...closed, title: 'LinkSecret' }
)

export const SharedFrameQuery = Type.Object({ fromMs: WallMs, toMs: WallMs }, closed)
export type SharedFrameQuery = Type.Static<typeof SharedFrameQuery>

/** A report as whoever has a link to it sees it: nothing of the server, and of nothing else. */
export const SharedReport = Type.Object(
  {
    title: Type.String(),
    stream: Name,
    epoch: Epoch,
    startedMs: WallMs,
    durationMs: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** SHA-256 of the video; null where it is not kept. */
    asset: Type.Union([Digest, Type.Null()]),
    files: Type.Array(ReportFile),
    summary: Type.Union([Summary, Type.Null()]),
    regions: Regions,
    /** When the link ends. */
    expiresMs: WallMs
  },
  { ...closed, title: 'SharedReport' }
)
export type SharedReport = Type.Static<typeof SharedReport>
