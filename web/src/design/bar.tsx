interface BarProps {
  /** What it is about, for those who hear it. */
  readonly name: string
  /** 0 … 1; undefined where nobody knows: then it says only that something goes on. */
  readonly value: number | undefined
  /** `meter`: how much of something there is; `progressbar`: how far something is. */
  readonly role: 'meter' | 'progressbar'
  readonly tone?: keyof typeof tones
}

const tones = { accent: 'bg-accent', warn: 'bg-warn', bad: 'bg-bad' } as const

/** How much, or how far. What it says stands beside it in words, too. */
export function Bar({ name, value, role, tone = 'accent' }: BarProps) {
  const meaning = {
    ...{ role, 'aria-label': name, 'aria-valuemin': 0, 'aria-valuemax': 100 },
    ...(value !== undefined && { 'aria-valuenow': Math.round(value * 100) })
  }
  return (
    <div {...meaning} className="h-2 w-full overflow-hidden rounded-full bg-raised outline outline-edge">
      <div
        className={`h-full rounded-full ${tones[tone]} ${value === undefined ? 'w-full animate-pulse' : ''}`}
        {...(value !== undefined && { style: { width: `${Math.min(1, Math.max(0, value)) * 100}%` } })}
      />
    </div>
  )
}
