import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react'
import { useWho } from '../api/session.ts'
import type { NavigationEntry } from '../app/navigation.ts'
import { Icon } from '../design/icon.tsx'
import { palette } from '../strings/palette.ts'
import { shell } from '../strings/shell.ts'
import type { Command } from './command.ts'
import { foundCommands } from './found-commands.ts'
import { recentCommands, rememberCommand } from './recent-commands.ts'
import { useCommands } from './use-commands.ts'
import { useSettled } from './use-settled.ts'

/** The server is asked once somebody has stopped writing for so long. */
const settledMs = 200

interface CommandsProps {
  readonly entries: readonly NavigationEntry[]
  readonly onDone: () => void
}

/** A field, and below it what it finds: the field keeps the focus, and the arrows choose. */
export function Commands({ entries, onDone }: CommandsProps) {
  const id = useId()
  const who = useWho()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const recent = useMemo(recentCommands, [])
  const { commands, isSearching } = useCommands(useSettled(text, settledMs), entries, who)
  const found = foundCommands(text, commands, recent)
  const place = Math.min(at, found.length - 1)
  const chosen = found[place]
  const chosenId = chosen && `${id}-${place}`
  useEffect(() => {
    if (chosenId !== undefined) document.getElementById(chosenId)?.scrollIntoView({ block: 'nearest' })
  }, [chosenId])
  const run = (command: Command | undefined) => {
    if (!command) return
    rememberCommand(command.key)
    onDone()
    command.run()
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setAt((place + step + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) run(chosen)
    else return
    event.preventDefault()
  }
  const groups = [...new Set(found.map(({ group }) => group))]
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: whoever opened it begins to write.
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={chosenId}
        aria-label={palette.hint}
        placeholder={palette.hint}
        value={text}
        onChange={({ target }) => {
          setText(target.value)
          setAt(0)
        }}
        onKeyDown={press}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="min-h-10 rounded-medium border border-frame bg-surface px-3 placeholder:text-soft"
      />
      {/* biome-ignore-start lint/a11y/useFocusableInteractive: the field keeps the focus, and says which one is meant. */}
      {/* biome-ignore-start lint/a11y/useKeyWithClickEvents: the same. */}
      {/* biome-ignore-start lint/a11y/useSemanticElements: an optgroup stands in a select alone. */}
      <div id={id} role="listbox" aria-label={shell.palette} className="grid max-h-96 content-start overflow-y-auto">
        {groups.map(group => (
          <div key={group} role="group" aria-label={palette.groups[group]}>
            <div aria-hidden="true" className="px-3 pt-2 pb-1 text-note font-semibold text-soft">
              {palette.groups[group]}
            </div>
            {found.map(
              (command, index) =>
                command.group === group && (
                  <div
                    key={command.key}
                    id={`${id}-${index}`}
                    role="option"
                    aria-selected={index === place}
                    onClick={() => run(command)}
                    className="flex min-h-10 cursor-pointer items-center gap-3 rounded-medium px-3 py-1 hover:bg-raised aria-selected:bg-raised"
                  >
                    <Icon name={command.icon} />
                    <span className="min-w-0 grow">
                      <span className="block truncate">{command.name}</span>
                      {command.note !== undefined && (
                        <span className="block truncate text-note text-soft">{command.note}</span>
                      )}
                    </span>
                  </div>
                )
            )}
          </div>
        ))}
      </div>
      {/* biome-ignore-end lint/a11y/useSemanticElements: an optgroup stands in a select alone. */}
      {/* biome-ignore-end lint/a11y/useKeyWithClickEvents: the same. */}
      {/* biome-ignore-end lint/a11y/useFocusableInteractive: the field keeps the focus, and says which one is meant. */}
      <p role="status" className="text-small text-soft">
        {found.length > 0
          ? `${palette.found(found.length)}. ${palette.keys}`
          : isSearching
            ? palette.searching
            : palette.empty}
      </p>
    </>
  )
}
