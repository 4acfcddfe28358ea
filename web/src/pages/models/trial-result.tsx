import { useId, useState } from 'react'
import type { PictureTrial } from '../../../../src/contract/api/model.ts'
import { Checkbox } from '../../design/field.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { classColour } from '../../live/class-colour.ts'
import { useManner } from '../../preferences/preferences.ts'
import { number, share } from '../../strings/format.ts'
import { models } from '../../strings/models.ts'
import type { PreparedPicture } from './prepared-picture.ts'
import { classCounts, shownBoxes } from './shown-boxes.ts'

type Detection = PictureTrial['detections'][number]

const usualScore = 0.3
const percent = (part: number) => `${part * 100}%`

interface TrialResultProps {
  readonly picture: PreparedPicture
  readonly trial: PictureTrial
}

/** The picture with what was found in it, as sure and of such classes as one wants to see. */
export function TrialResult({ picture, trial }: TrialResultProps) {
  const manner = useManner()
  const id = useId()
  const [minScore, setMinScore] = useState(usualScore)
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const { detections, classes, milliseconds, openMs, provider } = trial
  const shown = shownBoxes(detections, minScore, leftOut)
  const toggle = (label: string) => {
    const next = new Set(leftOut)
    if (!next.delete(label)) next.add(label)
    setLeftOut(next)
  }
  const took = [models.took(number(milliseconds, manner, 1), provider), models.opened(number(openMs, manner))]
  return (
    <div className="grid gap-4">
      <BoxedPicture picture={picture} boxes={shown} />
      <p role="status" className="flex flex-wrap gap-x-4 text-soft">
        {classes.length === 0 && (
          <span className="font-medium text-text">{models.found(number(shown.length, manner))}</span>
        )}
        <span>{took.join(', ')}</span>
      </p>
      {classes.length > 0 && <Likeliest classes={classes} />}
      {classes.length === 0 && detections.length === 0 && <p className="text-soft">{models.nothingFound}</p>}
      {detections.length > 0 && (
        <div className="grid items-start gap-x-8 gap-y-4 md:grid-cols-[16rem_minmax(0,1fr)]">
          <div className="grid gap-4">
            <div className="grid gap-1.5">
              <label htmlFor={id} className="text-small font-medium">
                {models.minScore(share(minScore, manner))}
              </label>
              <input
                id={id}
                type="range"
                min={0.1}
                max={0.95}
                step={0.05}
                value={minScore}
                onChange={({ target }) => setMinScore(Number(target.value))}
                className="w-full accent-accent"
              />
            </div>
            <fieldset className="grid gap-1">
              <legend className="text-small font-medium">{models.classes}</legend>
              {classCounts(detections, minScore).map(([label, count]) => (
                <Checkbox
                  key={label}
                  label={models.classCount(label, number(count, manner))}
                  checked={!leftOut.has(label)}
                  onChange={() => toggle(label)}
                />
              ))}
            </fieldset>
          </div>
          <FoundList boxes={shown} />
        </div>
      )}
    </div>
  )
}

/** Boxes are placed by parts of the picture: they fit however large it is shown. */
function BoxedPicture({ picture, boxes }: { readonly picture: PreparedPicture; readonly boxes: readonly Detection[] }) {
  const { address, width, height } = picture
  return (
    <div className="grid justify-items-center rounded-medium bg-stage">
      <div className="relative max-w-full overflow-hidden">
        <img
          src={address}
          alt={models.pictureOf}
          width={width}
          height={height}
          className="max-h-[70dvh] w-auto max-w-full"
        />
        {boxes.map(detection => (
          <DrawnBox key={keyOf(detection)} detection={detection} />
        ))}
      </div>
    </div>
  )
}

/** From here on a label begins at the right edge of its box: else the picture's edge would cut it. */
const rightFrom = 0.75

/** As far as it lies within the picture. */
function DrawnBox({ detection: { box, label, score } }: { readonly detection: Detection }) {
  const manner = useManner()
  const { fill, text } = classColour(label)
  const [left, top] = [Math.max(0, box.x), Math.max(0, box.y)]
  const [right, bottom] = [Math.min(1, box.x + box.w), Math.min(1, box.y + box.h)]
  const side = left > rightFrom ? 'right-0' : 'left-0'
  return (
    <div
      aria-hidden="true"
      className="absolute rounded-small border-2"
      style={{
        left: percent(left),
        top: percent(top),
        width: percent(right - left),
        height: percent(bottom - top),
        borderColor: fill
      }}
    >
      <span
        className={`absolute top-0 ${side} px-1 text-note font-semibold whitespace-nowrap`}
        style={{ background: fill, color: text }}
      >
        {`${label} ${share(score, manner)}`}
      </span>
    </div>
  )
}

function keyOf({ label, score, box: { x, y, w, h } }: Detection): string {
  return `${label} ${x} ${y} ${w} ${h} ${score}`
}

function FoundList({ boxes }: { readonly boxes: readonly Detection[] }) {
  const manner = useManner()
  if (boxes.length === 0) return <p className="text-soft">{models.nothingShown}</p>
  const columns: readonly Column<Detection>[] = [
    { name: 'label', label: models.label, cell: ({ label }) => label },
    { name: 'score', label: models.score, isNumber: true, cell: ({ score }) => share(score, manner) }
  ]
  return <Table caption={models.results} columns={columns} rows={boxes} keyOf={keyOf} />
}

function Likeliest({ classes }: Pick<PictureTrial, 'classes'>) {
  const manner = useManner()
  const columns: readonly Column<PictureTrial['classes'][number]>[] = [
    { name: 'label', label: models.label, cell: ({ label }) => label },
    { name: 'score', label: models.score, isNumber: true, cell: ({ probability }) => share(probability, manner) }
  ]
  return <Table caption={models.likeliest} columns={columns} rows={classes} keyOf={({ label }) => label} />
}
