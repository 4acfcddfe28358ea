import { type ReactNode, useEffect, useId, useRef } from 'react'
import { shell } from '../strings/shell.ts'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'

interface DialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  readonly children: ReactNode
  readonly isWide?: boolean
}

/** Where whoever opened it begins to write: browsers would begin with what closes it, and `autoFocus` is over by then. */
const firstField = 'input:not([readonly], [hidden]), select, textarea'

/**
 * Asks for something before anything else goes on. The browser's own: it keeps the focus inside, gives it back, and closes at
 * Escape. What is inside is there only while it is open.
 */
export function Dialog({ isOpen, onClose, title, children, isWide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  /** Whether it was pressed beside it, and let go there: a click is said of the dialog also where only one of both was. */
  const isBeside = useRef(false)
  const id = useId()
  useEffect(() => {
    if (isOpen && !dialog.current?.open) {
      dialog.current?.showModal()
      dialog.current?.querySelector<HTMLElement>(firstField)?.focus()
    }
    if (!isOpen && dialog.current?.open) dialog.current.close()
  }, [isOpen])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, and a button does; this is for the ground beside it.
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onPointerDown={({ target }) => {
        isBeside.current = target === dialog.current
      }}
      onPointerUp={({ target }) => {
        isBeside.current &&= target === dialog.current
      }}
      onClick={({ target }) => {
        if (isBeside.current && target === dialog.current) onClose()
      }}
      className={classNames(
        'm-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] overflow-y-auto rounded-large border border-edge bg-surface p-0 text-text shadow-float',
        isWide ? 'max-w-3xl' : 'max-w-lg'
      )}
    >
      {isOpen && (
        <div className="grid gap-4 p-5">
          <div className="flex items-start justify-between gap-4">
            <h2 id={id} className="pt-1.5 text-title font-semibold">
              {title}
            </h2>
            <IconButton icon="close" name={shell.close} onClick={onClose} />
          </div>
          {children}
        </div>
      )}
    </dialog>
  )
}
