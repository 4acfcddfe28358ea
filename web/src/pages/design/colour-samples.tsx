import { Card } from '../../design/card.tsx'
import { classNames } from '../../design/class-names.ts'
import { trackColour, trackFills } from '../../live/track-colour.ts'
import { design } from '../../strings/design.ts'

/** Written out, as Tailwind finds names in the text. */
const grounds = [
  ['ground', 'bg-ground text-text'],
  ['surface', 'bg-surface text-text'],
  ['raised', 'bg-raised text-text'],
  ['soft', 'bg-surface text-soft'],
  ['accent', 'bg-accent text-on-accent'],
  ['good', 'bg-good-soft text-good'],
  ['warn', 'bg-warn-soft text-warn'],
  ['bad', 'bg-bad-soft text-bad'],
  ['info', 'bg-info-soft text-info'],
  ['stage', 'bg-stage text-on-stage']
] as const
const sizes = [
  ['figure', 'text-figure font-semibold'],
  ['title', 'text-title font-semibold'],
  ['lead', 'text-lead font-semibold'],
  ['body', 'text-body'],
  ['small', 'text-small text-soft'],
  ['note', 'text-note text-soft']
] as const

export function ColourSamples() {
  return (
    <>
      <Card title={design.colours}>
        <p className="pb-3 text-soft">{design.coloursHint}</p>
        <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {grounds.map(([name, look]) => (
            <li key={name} className={classNames('rounded-medium border border-edge px-3 py-2', look)}>
              {name}
            </li>
          ))}
        </ul>
      </Card>
      <Card title={design.tracks}>
        <p className="pb-3 text-soft">{design.tracksHint}</p>
        <ul className="flex flex-wrap gap-2">
          {trackFills.map((fill, index) => (
            <li
              key={fill}
              className="min-w-12 rounded-small px-2 py-1 text-center text-small font-semibold"
              style={{ background: fill, color: trackColour(index + 1).text }}
            >
              {index + 1}
            </li>
          ))}
        </ul>
      </Card>
      <Card title={design.type}>
        <ul className="grid gap-2">
          {sizes.map(([name, look]) => (
            <li key={name} className={look}>
              {name} 0123456789
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
