import { lazy, Suspense, useLayoutEffect, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Loading } from '../design/states.tsx'
import { shell } from '../strings/shell.ts'
import type { NavigationEntry } from './navigation.ts'

/** Fetched when it is opened first. */
const Commands = lazy(() => import('../palette/commands.tsx').then(({ Commands }) => ({ default: Commands })))

/** Everything by its name, with the keyboard alone: Ctrl K. */
export function CommandPalette({ entries }: { readonly entries: readonly NavigationEntry[] }) {
  const [isOpen, setOpen] = useState(false)
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
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
        <Suspense fallback={<Loading />}>
          <Commands entries={entries} onDone={close} />
        </Suspense>
      </Dialog>
    </>
  )
}
