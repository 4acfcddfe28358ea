import type { ReactNode } from 'react'
import { shell } from '../strings/shell.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Failed } from './states.tsx'

interface ConfirmProps {
  /** A question that names what it is about. */
  readonly title: string
  /** What follows from it, and what to do instead. */
  readonly children: ReactNode
  /** What is done, in a word or two. */
  readonly action: string
  readonly isBusy?: boolean
  /** Why it was not done. */
  readonly error?: unknown
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before what cannot be undone. For what can, do it, and offer to undo it. */
export function Confirm({ title, children, action, isBusy = false, error, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog isOpen onClose={onClose} title={title}>
      <div className="grid gap-2 wrap-anywhere">{children}</div>
      {error != null && <Failed error={error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{shell.cancel}</Button>
        <Button look="danger" isBusy={isBusy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
