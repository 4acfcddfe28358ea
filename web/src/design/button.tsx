import type { ButtonHTMLAttributes } from 'react'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './icon.tsx'

const looks = {
  /** What the page is for: one of them at a time. */
  main: 'bg-accent text-on-accent hover:opacity-90',
  plain: 'border border-frame bg-surface text-text hover:bg-raised',
  /** In rows and bars, where a frame would be noise. */
  quiet: 'text-soft hover:bg-raised hover:text-text',
  /** Takes something away. */
  danger: 'border border-bad bg-surface text-bad hover:bg-bad-soft'
} as const

/** What a link looks like that is pressed like a button. */
export function buttonLook(look: keyof typeof looks = 'plain', isSmall = false): string {
  return classNames(
    'inline-flex items-center justify-center gap-2 rounded-medium font-medium transition-colors duration-(--quick)',
    'disabled:cursor-default disabled:opacity-60',
    isSmall ? 'min-h-8 px-2.5 text-small' : 'min-h-10 px-4 text-body',
    looks[look]
  )
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof looks
  readonly icon?: IconName | undefined
  readonly isSmall?: boolean
  /** It was pressed, and what it does is not done yet: pressed again, nothing happens. */
  readonly isBusy?: boolean
}

export function Button({ look, icon, isSmall = false, isBusy = false, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={classNames(buttonLook(look, isSmall), className)}
    >
      {icon && <Icon name={icon} size={isSmall ? 16 : 18} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName
  /** What it does, for those who do not see the sign; shown when it is pointed at, too. */
  readonly name: string
}

/** A button that is a sign alone. 40 × 40 pixels, for fingers. */
export function IconButton({ icon, name, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      {...rest}
      className={classNames(
        'inline-grid size-10 shrink-0 place-items-center rounded-medium text-soft transition-colors duration-(--quick)',
        'hover:bg-raised hover:text-text disabled:cursor-default disabled:opacity-60',
        className
      )}
    >
      <Icon name={icon} />
    </button>
  )
}
