import type { Principal } from '../../src/access/principal.ts'
import type { Callers } from '../../src/api/callers.ts'

/** Who may do everything. */
export const admin: Principal = {
  actor: 'user:ada',
  userId: 'ada',
  role: 'admin',
  scopes: undefined,
  viewing: 'all',
  operating: 'all'
}

/** Takes everybody for `principal`: for tests of what is behind the door. */
export function letIn(principal: Principal = admin): Callers {
  const caller = { principal, again: async () => principal }
  return { who: async () => caller, onChange: () => undefined }
}

/** Takes everybody for somebody whose rights a test changes while they are here. */
export class ChangingCallers implements Callers {
  #now: Principal | undefined
  #changed = () => {}

  constructor(first: Principal) {
    this.#now = first
  }

  async who() {
    const principal = this.#now
    return principal && { principal, again: async () => this.#now }
  }

  onChange(then: () => void): void {
    this.#changed = then
  }

  becomes(now: Principal | undefined): void {
    this.#now = now
    this.#changed()
  }
}
