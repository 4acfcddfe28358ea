import { useEffect, useRef, useState } from 'react'
import type { TracksMessage } from '../../../../../src/contract/live.ts'
import type { Anchor } from '../../../../../src/contract/measure-definition.ts'
import { isInside } from '../../../drawing/geometry.ts'
import type { Shape } from '../../../drawing/shape.ts'
import { admits, anchorOf, LineTally, type TallyRule } from '../../../streams/line-tally.ts'
import { liveConnection } from '../../../streams/live-connection.ts'
import { editor } from '../../../strings/stream-editor.ts'

/** A line that is drawn now counts so far back, at once: five minutes of ten pictures a second. */
const mostKept = 3000
const showEveryMs = 300

interface Counting {
  readonly key: string
  readonly tally: LineTally
  /** So many messages it has been told. */
  taken: number
}

/**
 * What lines and zones would say that are not saved yet, by their ids: who crossed each line since the drawing began, as it lies
 * now, and who is in each zone.
 */
export function useDraftCounts(
  stream: string,
  shapes: readonly Shape[],
  aspect: number
): Readonly<Record<string, string>> {
  const [notes, setNotes] = useState<Readonly<Record<string, string>>>({})
  const drawn = useRef(shapes)
  drawn.current = shapes
  useEffect(() => {
    let messages: TracksMessage[] = []
    /** How many have been dropped from its front. */
    let dropped = 0
    const counting = new Map<string, Counting>()
    const unwatch = liveConnection().watch(stream, {
      tracks: message => {
        const labels = messages.at(-1)?.labels ?? message.labels
        // The same list again and again: kept once.
        messages.push(labels.join() === message.labels.join() ? { ...message, labels } : message)
        if (messages.length <= mostKept) return
        messages = messages.slice(mostKept / 10)
        dropped += mostKept / 10
      }
    })
    const note = (shape: Shape): string | undefined => {
      const rule = ruleOf(shape)
      if (shape.kind === 'zone') return editor.inside(insideNow(rule, messages.at(-1)))
      if (shape.kind !== 'line') return undefined
      const key = JSON.stringify(rule)
      const known = counting.get(shape.id)
      const mine = known?.key === key ? known : { key, tally: new LineTally(rule, aspect), taken: dropped }
      counting.set(shape.id, mine)
      for (const message of messages.slice(Math.max(0, mine.taken - dropped))) mine.tally.take(message)
      mine.taken = dropped + messages.length
      return editor.crossed(mine.tally.inwards, mine.tally.outwards)
    }
    const show = () => {
      const next = Object.fromEntries(
        drawn.current.flatMap(shape => {
          const text = note(shape)
          return text === undefined ? [] : [[shape.id, text]]
        })
      )
      setNotes(before => (JSON.stringify(before) === JSON.stringify(next) ? before : next))
    }
    const timer = setInterval(show, showEveryMs)
    return () => {
      unwatch()
      clearInterval(timer)
    }
  }, [stream, aspect])
  return notes
}

function ruleOf({ points, facts }: Shape): TallyRule {
  const { classes, anchor } = facts as { readonly classes?: readonly string[]; readonly anchor?: Anchor }
  return { points, classes, anchor }
}

function insideNow(rule: TallyRule, newest: TracksMessage | undefined): number {
  return (newest?.tracks ?? []).filter(
    row => admits(rule, newest?.labels ?? [], row) && isInside(rule.points, anchorOf(row, rule.anchor))
  ).length
}
