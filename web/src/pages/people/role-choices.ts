import type { User } from '../../../../src/contract/api/user.ts'
import type { Choice } from '../../design/field.tsx'
import { people } from '../../strings/people.ts'

/** From the one who may least to the one who may everything. */
export const roleChoices: readonly Choice<User['role']>[] = (['viewer', 'operator', 'admin'] as const).map(value => ({
  value,
  label: people.roles[value]
}))
