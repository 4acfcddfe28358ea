import { type ReactNode, useEffect, useId } from 'react'
import { classNames } from './class-names.ts'

interface CardProps {
  readonly title: string
  /** What can be done with it, at the end of its heading. */
  readonly actions?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** A part of a page, with a heading. */
export function Card({ title, actions, children, className }: CardProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classNames('rounded-large border border-edge bg-surface', className)}>
      <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 px-4 pt-2">
        <h2 id={id} className="text-lead font-semibold">
          {title}
        </h2>
        {actions}
      </header>
      <div className="px-4 pt-1 pb-4">{children}</div>
    </section>
  )
}

interface PageProps {
  readonly title: string
  /** What can be done here, each a part of the heading's line. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** Every page has one heading, which is its name in the browser's tab too. */
export function Page({ title, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Sightline`
  }, [title])
  return (
    <div className="mx-auto grid w-full max-w-[110rem] gap-4 p-4 md:p-6">
      <header className="flex min-h-10 flex-wrap items-center gap-2">
        <h1 className="mr-auto text-title font-semibold">{title}</h1>
        {actions}
      </header>
      {children}
    </div>
  )
}
