import {
  type ButtonHTMLAttributes,
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type RefAttributes,
  useEffect,
  useId,
  useRef,
  useState
} from 'react'
import { Icon, type IconName } from './icon.tsx'

export interface MenuItem {
  readonly label: string
  readonly icon?: IconName
  /** One of a choice: whether it is the one. */
  readonly isChosen?: boolean
  readonly isDisabled?: boolean
  onSelect(): void
}

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<ButtonHTMLAttributes<HTMLButtonElement> & RefAttributes<HTMLButtonElement>>
  readonly items: readonly MenuItem[]
}

const rowPx = 36
/** Between the menu and its button, and what is left free to the screen's edge. */
const gapPx = 6
/** Nearer than this to the left edge, it opens to the right. */
const widthPx = 224

/**
 * Things to do, behind a button. The browser's own popover: above everything, full screens too, closed by Escape and by a press
 * elsewhere. Keys as in https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/.
 */
export function Menu({ trigger, items }: MenuProps) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const count = items.length

  useEffect(() => {
    if (!isOpen) return
    const move = () => place(menu.current!, button.current!, count)
    addEventListener('resize', move)
    addEventListener('scroll', move, { capture: true, passive: true })
    return () => {
      removeEventListener('resize', move)
      removeEventListener('scroll', move, { capture: true })
    }
  }, [isOpen, count])

  return (
    <>
      {cloneElement(trigger, {
        ref: button,
        id: `${id}-button`,
        popoverTarget: id,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        onKeyDown(event: KeyboardEvent) {
          if (event.key !== 'ArrowDown' || isOpen) return
          event.preventDefault()
          menu.current?.showPopover()
        }
      })}
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-labelledby={`${id}-button`}
        onBeforeToggle={({ newState }) => {
          if (newState !== 'open') return
          place(menu.current!, button.current!, count)
          setOpen(true)
        }}
        onToggle={({ newState }) => {
          if (newState !== 'open') return setOpen(false)
          const isByKey = button.current?.matches(':focus-visible')
          const first = isByKey ? choices(menu.current)[0] : undefined
          ;(first ?? menu.current)?.focus()
        }}
        onKeyDown={event => press(event, menu.current)}
        className="min-w-48 overflow-y-auto rounded-medium border border-edge bg-surface p-1 text-text shadow-float outline-none"
      >
        {isOpen &&
          items.map(({ label, icon, isChosen, isDisabled, onSelect }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              disabled={isDisabled}
              aria-current={isChosen || undefined}
              onPointerMove={({ currentTarget }) => currentTarget.focus()}
              onClick={() => {
                menu.current?.hidePopover()
                onSelect()
              }}
              className="flex min-h-9 w-full items-center gap-2.5 rounded-small px-2.5 text-left text-body outline-none focus:bg-raised disabled:opacity-60"
            >
              {icon && <Icon name={icon} size={18} />}
              <span className="grow">{label}</span>
              {isChosen && <Icon name="check" size={18} />}
            </button>
          ))}
      </div>
    </>
  )
}

function choices(menu: HTMLElement | null): readonly HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]:enabled') ?? [])]
}

/** Below its button, or above it where there is no room; right edges in line, or left ones. */
function place(menu: HTMLElement, button: HTMLElement, count: number): void {
  const { left, right, top, bottom } = button.getBoundingClientRect()
  const { clientWidth, clientHeight } = document.documentElement
  const [above, below] = [top - 2 * gapPx, clientHeight - bottom - 2 * gapPx]
  const isBelow = below >= above || below >= count * rowPx
  const isToRight = right < widthPx
  Object.assign(menu.style, {
    top: isBelow ? `${bottom + gapPx}px` : 'auto',
    bottom: isBelow ? 'auto' : `${clientHeight - top + gapPx}px`,
    left: isToRight ? `${Math.max(gapPx, left)}px` : 'auto',
    right: isToRight ? 'auto' : `${Math.max(gapPx, clientWidth - right)}px`,
    maxHeight: `${isBelow ? below : above}px`
  })
}

/** Arrows, the first and the last, and the next that begins with a letter. */
function press(event: KeyboardEvent, menu: HTMLElement | null): void {
  const { key } = event
  // Back to the button, and on from there.
  if (key === 'Tab') menu?.hidePopover()
  const all = choices(menu)
  const at = all.indexOf(document.activeElement as HTMLElement)
  const round = (to: number) => all[(to + all.length) % all.length]
  const ways: Readonly<Record<string, HTMLElement | undefined>> = {
    ...{ ArrowDown: round(at + 1), ArrowUp: round(at < 0 ? -1 : at - 1), Home: all[0], End: all.at(-1) }
  }
  const isLetter = key.length === 1 && key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey
  const begins = (each: HTMLElement) => each.textContent.toLowerCase().startsWith(key.toLowerCase())
  const next = isLetter ? [...all.slice(at + 1), ...all.slice(0, at + 1)].find(begins) : ways[key]
  if (!next && !isLetter) return
  event.preventDefault()
  event.stopPropagation()
  next?.focus()
}
