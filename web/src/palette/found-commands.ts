import { matching } from '../app/matching.ts'
import type { palette } from '../strings/palette.ts'

/** As much of something to go to, or to do, as it is found by. */
export interface Findable {
  /** Told apart by it, and known again by it another day. */
  readonly key: string
  readonly group: keyof typeof palette.groups
  readonly name: string
  /** What it belongs to, behind its name; it is looked through, too. */
  readonly note?: string
}

/** Who wants another one writes more of its name. */
const mostOfGroup = 8
const mostAtFirst = 5
/** Where nothing is asked for: where one may go. What there is of the others is too much to be of use. */
const shownAtFirst: readonly Findable['group'][] = ['pages', 'streams', 'actions']

/** What to show for what somebody has written, in the order of groups. Nothing written: what was done last, and where one may go. */
export function foundCommands<Command extends Findable>(
  text: string,
  commands: readonly Command[],
  recent: readonly string[]
): readonly Command[] {
  if (text.trim() !== '') {
    const found = matching(text, commands, ({ name, note = '' }) => `${name} ${note}`)
    const groups = [...new Set(commands.map(({ group }) => group))]
    return groups.flatMap(group => found.filter(each => each.group === group).slice(0, mostOfGroup))
  }
  const last = recent.flatMap(key => {
    const command = commands.find(each => each.key === key)
    return command ? [{ ...command, group: 'recent' as const }] : []
  })
  return [
    ...last,
    ...shownAtFirst.flatMap(group =>
      commands.filter(each => each.group === group && !recent.includes(each.key)).slice(0, mostAtFirst)
    )
  ]
}
