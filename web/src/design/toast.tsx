import { useSyncExternalStore } from 'react'
import { shell } from '../strings/shell.ts'
import { Button, IconButton } from './button.tsx'
import { Icon } from './icon.tsx'

export interface Toast {
  readonly text: string
  readonly tone?: 'good' | 'warn' | 'bad' | 'info'
  /** What undoes it, most of all. */
  readonly action?: { readonly label: string; run(): void }
}

interface ShownToast extends Toast {
  readonly id: number
}

/** Long enough to read twice. */
const shownMs = 8000
/** Long enough to see what has come of it, and to reach what undoes it. */
const withActionMs = 30_000
const mostShown = 3
let shown: readonly ShownToast[] = []
let last = 0
const listeners = new Set<() => void>()

/** Says what came of something, at the edge of the page, for some seconds. What must not be missed stands in the page itself. */
export function toast(what: Toast): void {
  const id = ++last
  show([...shown.slice(1 - mostShown), { ...what, id }])
  setTimeout(() => dismiss(id), what.action ? withActionMs : shownMs)
}

function dismiss(id: number): void {
  show(shown.filter(each => each.id !== id))
}

function show(next: readonly ShownToast[]): void {
  shown = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where they appear: once, in the shell, which says where on the screen. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown)
  return (
    <div role="status" className="grid justify-items-center gap-2">
      {toasts.map(({ id, text, tone = 'good', action }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-lg items-center gap-3 rounded-medium border border-edge bg-surface py-1.5 pr-1.5 pl-4 shadow-float"
        >
          <Icon name={tone} />
          <p className="grow">{text}</p>
          {action && (
            <Button
              isSmall
              look="quiet"
              onClick={() => {
                dismiss(id)
                action.run()
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon="close" name={shell.dismiss} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  )
}
