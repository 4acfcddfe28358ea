import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button } from '../design/button.tsx'
import { Failed, Note } from '../design/states.tsx'
import { shell } from '../strings/shell.ts'

/** A part of the app that is not on the server any more, because it was updated meanwhile. */
const isOutdated = (error: unknown) =>
  error instanceof Error && /dynamically imported module|module script/i.test(error.message)

/** In place of a page that threw. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <div className="grid justify-items-start gap-4 p-6">
      <h1 className="text-title font-semibold">{shell.pageFailed}</h1>
      {isOutdated(error) ? (
        <>
          <Note tone="info">{shell.newVersion}</Note>
          <Button onClick={() => location.reload()}>{shell.reload}</Button>
        </>
      ) : (
        <Failed error={error} onRetry={reset} />
      )}
    </div>
  )
}
