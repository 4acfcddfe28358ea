import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId
} from 'react'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'

const box =
  'w-full min-h-10 rounded-medium border border-frame bg-surface px-3 text-body text-text placeholder:text-soft aria-invalid:border-bad disabled:opacity-60'

interface Told {
  readonly label: string
  /** What to know before filling it in. */
  readonly hint?: ReactNode
  /** What is wrong with what was filled in, and how to put it right. */
  readonly error?: string | undefined
}

interface Described extends Told {
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode
}

/** A label, what is filled in, and what is to be said about it; those who hear the page hear it with the field. */
function Described({ label, hint, error, children }: Described) {
  const id = useId()
  const about = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-small font-medium">
        {label}
      </label>
      {children({ id, describedBy: about || undefined })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-small text-soft">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} role="alert" className="flex gap-1.5 text-small text-bad">
          <Icon name="bad" size={18} />
          {error}
        </p>
      )}
    </div>
  )
}

type FieldProps = Told & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>

/** One line to fill in. */
export function Field({ label, hint, error, className, ...input }: FieldProps) {
  return (
    <Described label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <input
          {...input}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={error !== undefined || undefined}
          className={classNames(box, className)}
        />
      )}
    </Described>
  )
}

type TextAreaProps = Told & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'>

/** Several lines to fill in. */
export function TextArea({ label, hint, error, className, ...area }: TextAreaProps) {
  return (
    <Described label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <textarea
          {...area}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={error !== undefined || undefined}
          className={classNames(box, 'py-2', className)}
        />
      )}
    </Described>
  )
}

export interface Choice<Value extends string = string> {
  readonly value: Value
  readonly label: string
}

type SelectProps<Value extends string> = Told &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id' | 'value' | 'onChange'> & {
    readonly value: Value
    readonly choices: readonly Choice<Value>[]
    readonly onChoice: (value: Value) => void
  }

/** One of several. The browser's own: phones show it as their people know it. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, hint, error, value, choices, onChoice, className, ...select } = props
  return (
    <Described label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <select
          {...select}
          id={id}
          value={value}
          onChange={({ target }) => onChoice(target.value as Value)}
          aria-describedby={describedBy}
          aria-invalid={error !== undefined || undefined}
          className={classNames(box, className)}
        >
          {choices.map(choice => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Described>
  )
}

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  readonly label: string
}

/** Yes or no. */
export function Checkbox({ label, className, ...input }: CheckboxProps) {
  return (
    <label className={classNames('flex min-h-8 items-center gap-2', className)}>
      <input type="checkbox" {...input} className="size-4.5 shrink-0 accent-accent" />
      {label}
    </label>
  )
}

interface SwitchesProps<Value extends string> {
  /** What is chosen, for those who hear it. */
  readonly name: string
  readonly value: Value
  readonly choices: readonly Choice<Value>[]
  readonly onChoice: (value: Value) => void
}

/** One of two to four that are all seen. */
export function Switches<Value extends string>({ name, value, choices, onChoice }: SwitchesProps<Value>) {
  const id = useId()
  return (
    <fieldset className="inline-flex rounded-medium bg-raised p-1">
      <legend className="sr-only">{name}</legend>
      {choices.map(choice => (
        <label
          key={choice.value}
          className="relative grow cursor-pointer rounded-small px-3 py-1 text-center text-small font-medium text-soft has-checked:bg-surface has-checked:text-text has-checked:outline has-checked:outline-edge has-focus-visible:outline-2 has-focus-visible:outline-focus"
        >
          <input
            type="radio"
            name={id}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChoice(choice.value)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          {choice.label}
        </label>
      ))}
    </fieldset>
  )
}
