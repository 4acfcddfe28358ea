import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { goodPassword } from '../../people/good-password.ts'
import { people } from '../../strings/people.ts'

interface PasswordFieldProps {
  readonly value: string
  readonly onChange: (password: string) => void
  readonly error?: string | undefined
}

/** A password for somebody else: it is seen, since it is to be told. */
export function PasswordField({ value, onChange, error }: PasswordFieldProps) {
  return (
    <div className="grid grid-cols-[1fr_auto] items-start gap-2">
      <Field
        label={people.password}
        hint={people.passwordHint}
        error={error}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        required
        minLength={10}
        maxLength={1024}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="font-mono"
      />
      <Button className="mt-6.5" onClick={() => onChange(goodPassword())}>
        {people.makePassword}
      </Button>
    </div>
  )
}
