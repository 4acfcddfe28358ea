import { type ComponentProps, useState } from 'react'
import { Field } from './field.tsx'

interface ToldFieldProps extends Omit<ComponentProps<typeof Field>, 'onBlur' | 'onChange' | 'onKeyDown' | 'value'> {
  readonly value: string
  readonly onTold: (text: string) => void
}

/** Told once it is filled in, with Enter or by going elsewhere, and not at each key; and it may be changed from elsewhere. */
export function ToldField({ value, onTold, ...field }: ToldFieldProps) {
  const [text, setText] = useState(value)
  const [last, setLast] = useState(value)
  if (value !== last) {
    setLast(value)
    setText(value)
  }
  const tell = () => {
    if (text !== value) onTold(text)
    // What was told may be no answer: it is as it was then.
    setText(value)
  }
  return (
    <Field
      autoComplete="off"
      spellCheck={false}
      {...field}
      value={text}
      onChange={({ target }) => setText(target.value)}
      onBlur={tell}
      onKeyDown={({ key }) => key === 'Enter' && tell()}
    />
  )
}
