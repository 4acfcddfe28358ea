import { useEffect, useRef, useState } from 'react'
import { shell } from '../strings/shell.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'

interface CopiedTextProps {
  readonly label: string
  readonly text: string
  /** Whoever has just asked for it goes on here: what they pressed is gone. */
  readonly isAnswer?: boolean
}

/** A text to take along. Pages without encryption may not copy by themselves: there it is marked, for the keys that copy. */
export function CopiedText({ label, text, isAnswer = false }: CopiedTextProps) {
  const place = useRef<HTMLDivElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'marked'>()
  useEffect(() => {
    if (isAnswer) place.current?.querySelector('input')?.focus()
  }, [isAnswer])
  const copy = async () => {
    place.current?.querySelector('input')?.select()
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false
    )
    setOutcome(isCopied ? 'copied' : 'marked')
  }
  return (
    <div ref={place} className="grid grid-cols-[1fr_auto] items-end gap-2">
      <Field
        label={label}
        value={text}
        readOnly
        spellCheck={false}
        onFocus={({ target }) => target.select()}
        // Letters as they are: other fonts draw `4x4` as one sign.
        className="font-mono"
      />
      <Button icon={outcome === 'copied' ? 'check' : undefined} onClick={() => void copy()}>
        {outcome === 'copied' ? shell.copied : shell.copy}
      </Button>
      <p role="status" className="col-span-2 text-small text-soft empty:hidden">
        {outcome === 'marked' ? shell.copyByHand : ''}
      </p>
    </div>
  )
}
