import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Icon, type IconName } from '../design/icon.tsx'
import { prefer } from '../preferences/preferences.ts'
import { streamsQuery } from '../streams/stream-list.ts'
import { shell } from '../strings/shell.ts'
import { matching } from './matching.ts'
import type { NavigationEntry } from './navigation.ts'

/** Who wants another one writes more of its name. */
const mostShown = 50

interface Command {
  /** Names may be the same. */
  readonly key: string
  readonly name: string
  readonly icon: IconName
  run(): void
}

/** Everything by its name, with the keyboard alone: Ctrl K. */
export function CommandPalette({ entries }: { readonly entries: readonly NavigationEntry[] }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  const close = () => setOpen(false)
  return (
    <>
      <Button look="quiet" icon="search" onClick={() => setOpen(true)} aria-keyshortcuts="Control+K Meta+K">
        <span className="sr-only md:not-sr-only">{shell.palette}</span>
        <kbd className="hidden rounded-small border border-edge px-1.5 text-note md:inline">{shell.paletteKey}</kbd>
      </Button>
      <Dialog isOpen={isOpen} onClose={close} title={shell.palette}>
        <Commands entries={entries} onDone={close} />
      </Dialog>
    </>
  )
}

interface CommandsProps {
  readonly entries: readonly NavigationEntry[]
  readonly onDone: () => void
}

function Commands({ entries, onDone }: CommandsProps) {
  const id = useId()
  const navigate = useNavigate()
  const streams = useQuery(streamsQuery).data
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const commands: readonly Command[] = [
    ...entries.map(({ to, label, icon }) => ({ key: to, name: label, icon, run: () => void navigate({ to }) })),
    ...(streams ?? []).map(({ name, title }) => ({
      key: `stream ${name}`,
      name: title,
      icon: 'camera' as const,
      run: () => void navigate({ to: '/streams/$stream', params: { stream: name } })
    })),
    ...(['light', 'dark', 'system'] as const).map(theme => ({
      key: `theme ${theme}`,
      name: `${shell.theme}: ${shell.themes[theme]}`,
      icon: 'theme' as const,
      run: () => prefer({ theme })
    }))
  ]
  const found = matching(text, commands, ({ name }) => name).slice(0, mostShown)
  const chosen = found[Math.min(at, found.length - 1)]
  const chosenId = chosen && `${id}-${found.indexOf(chosen)}`
  useEffect(() => {
    if (chosenId !== undefined) document.getElementById(chosenId)?.scrollIntoView({ block: 'nearest' })
  }, [chosenId])
  const run = (command: Command | undefined) => {
    if (!command) return
    onDone()
    command.run()
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setAt((Math.min(at, found.length - 1) + step + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter') run(chosen)
    else return
    event.preventDefault()
  }
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: whoever opened it begins to write.
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={chosenId}
        aria-label={shell.paletteHint}
        placeholder={shell.paletteHint}
        value={text}
        onChange={({ target }) => {
          setText(target.value)
          setAt(0)
        }}
        onKeyDown={press}
        className="min-h-10 rounded-medium border border-frame bg-surface px-3 placeholder:text-soft"
      />
      {/* biome-ignore-start lint/a11y/useFocusableInteractive: the field keeps the focus, and says which one is meant. */}
      {/* biome-ignore-start lint/a11y/useKeyWithClickEvents: the same. */}
      <div id={id} role="listbox" aria-label={shell.palette} className="grid max-h-80 overflow-y-auto">
        {found.map((command, index) => (
          <div
            key={command.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={command === chosen}
            onClick={() => run(command)}
            className="flex min-h-10 cursor-pointer items-center gap-3 rounded-medium px-3 hover:bg-raised aria-selected:bg-raised"
          >
            <Icon name={command.icon} />
            {command.name}
          </div>
        ))}
      </div>
      {/* biome-ignore-end lint/a11y/useKeyWithClickEvents: the same. */}
      {/* biome-ignore-end lint/a11y/useFocusableInteractive: the field keeps the focus, and says which one is meant. */}
      {found.length === 0 && <p className="text-soft">{shell.paletteEmpty}</p>}
    </>
  )
}
