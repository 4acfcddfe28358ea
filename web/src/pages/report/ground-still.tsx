import { useRef, useState } from 'react'
import { Field } from '../../design/field.tsx'
import { Note } from '../../design/states.tsx'
import { ground } from '../../strings/ground.ts'

interface GroundStillProps {
  readonly title: string
  /** Where the video is; undefined where it is not kept. */
  readonly video: string | undefined
  /** A picture instead, where the video cannot be shown. */
  readonly picture: string | undefined
  readonly onAspect: (aspect: number) => void
}

const look = 'absolute inset-0 size-full object-contain'

/** A picture of a recording to draw on. */
export function GroundStill({ title, video, picture, onAspect }: GroundStillProps) {
  const [isUnplayable, setUnplayable] = useState(false)
  const [isMissing, setMissing] = useState(false)
  const tell = (width: number, height: number) => width > 0 && height > 0 && onAspect(width / height)
  if (video !== undefined && !isUnplayable)
    return (
      <video
        data-still=""
        src={video}
        aria-label={ground.picture(title)}
        preload="auto"
        muted
        playsInline
        className={look}
        onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) => tell(videoWidth, videoHeight)}
        onError={() => setUnplayable(true)}
      />
    )
  if (picture !== undefined && !isMissing)
    return (
      <img
        src={picture}
        alt={ground.picture(title)}
        className={look}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => tell(naturalWidth, naturalHeight)}
        onError={() => setMissing(true)}
      />
    )
  return (
    <div className="absolute inset-x-3 top-3">
      <Note tone="info">{ground.noPicture}</Note>
    </div>
  )
}

const steps = 200

/** Goes to another moment of the still: of the video within `stage`. */
export function MomentField({ stage }: { readonly stage: { readonly current: HTMLElement | null } }) {
  const [step, setStep] = useState(0)
  const asked = useRef(0)
  const go = (next: number) => {
    setStep(next)
    cancelAnimationFrame(asked.current)
    asked.current = requestAnimationFrame(() => {
      const video = stage.current?.querySelector<HTMLVideoElement>('video[data-still]')
      if (video && Number.isFinite(video.duration)) video.currentTime = (video.duration * next) / steps
    })
  }
  return (
    <Field
      label={ground.moment}
      type="range"
      min={0}
      max={steps - 1}
      value={step}
      onChange={({ target }) => go(Number(target.value))}
      className="border-none! px-0! accent-accent"
    />
  )
}
