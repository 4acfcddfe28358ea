import * as Radix from '@radix-ui/react-dropdown-menu'
import type { ReactNode } from 'react'
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
  /** The button that opens it: one element that takes a ref. */
  readonly trigger: ReactNode
  readonly items: readonly MenuItem[]
  readonly align?: 'start' | 'center' | 'end'
}

/** Things to do, behind a button. `modal` is off: locking the page's scrolling would put a style into it that the policy refuses. */
export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-40 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 overflow-y-auto rounded-medium border border-edge bg-surface p-1 text-text shadow-float"
        >
          {items.map(({ label, icon, isChosen, isDisabled, onSelect }) => (
            <Radix.Item
              key={label}
              disabled={isDisabled}
              onSelect={onSelect}
              aria-current={isChosen || undefined}
              className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-small px-2.5 text-body outline-none data-disabled:cursor-default data-disabled:opacity-60 data-highlighted:bg-raised"
            >
              {icon && <Icon name={icon} size={18} />}
              <span className="grow">{label}</span>
              {isChosen && <Icon name="check" size={18} />}
            </Radix.Item>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
