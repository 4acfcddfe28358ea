import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'

/** How something is: each has a sign of its own, so that nobody has to tell colours apart. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

export const toneLooks: Readonly<Record<Tone, string>> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  plain: 'bg-raised text-soft'
}

export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-note font-semibold whitespace-nowrap',
        toneLooks[tone]
      )}
    >
      {tone !== 'plain' && <Icon name={tone} size={14} />}
      {children}
    </span>
  )
}
