import type { ReactNode } from 'react'
import { problemText } from '../api/problem.ts'
import { shell } from '../strings/shell.ts'
import { toneLooks } from './badge.tsx'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './icon.tsx'

/** A place that is kept while what belongs there is on its way: as large as that will be, so that nothing moves. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden="true" className={classNames('animate-pulse rounded-medium bg-raised', className)} />
}

interface LoadingProps {
  /** The shape of what comes; default: some lines. */
  readonly children?: ReactNode
}

/** Said once to those who hear the page; the others see the shape of what comes. */
export function Loading({ children }: LoadingProps) {
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">{shell.loading}</span>
      {children ?? (
        <>
          <Skeleton className="h-8 w-2/5" />
          <Skeleton className="h-24" />
          <Skeleton className="h-24" />
        </>
      )}
    </div>
  )
}

interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  /** Why there is nothing, and what to do about it. */
  readonly children?: ReactNode
  readonly action?: ReactNode
}

/** Nothing is there, and that is right. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="grid justify-items-center gap-2 rounded-large border border-dashed border-edge px-6 py-10 text-center">
      <span className="text-soft">
        <Icon name={icon} size={32} />
      </span>
      <h2 className="text-lead font-semibold">{title}</h2>
      {children !== undefined && <div className="max-w-prose text-soft">{children}</div>}
      {action !== undefined && <div className="pt-2">{action}</div>}
    </div>
  )
}

interface FailedProps {
  readonly error: unknown
  readonly onRetry?: () => void
}

/** Something was asked for and did not come: why, in a sentence, with the code for whoever is asked for help. */
export function Failed({ error, onRetry }: FailedProps) {
  const { sentence, code } = problemText(error)
  return (
    <div role="alert" className={classNames('grid justify-items-start gap-3 rounded-large p-4', toneLooks.bad)}>
      <p className="flex gap-2">
        <Icon name="bad" />
        <span>
          {sentence} {code !== undefined && <code className="text-note">{code}</code>}
        </span>
      </p>
      {onRetry && (
        <Button isSmall onClick={onRetry}>
          {shell.tryAgain}
        </Button>
      )}
    </div>
  )
}

interface NoteProps {
  readonly tone: 'good' | 'warn' | 'bad' | 'info'
  readonly children: ReactNode
}

/** A sentence that stands out. */
export function Note({ tone, children }: NoteProps) {
  return (
    <p className={classNames('flex gap-2 rounded-medium px-3 py-2 text-small', toneLooks[tone])}>
      <Icon name={tone} size={18} />
      <span>{children}</span>
    </p>
  )
}
