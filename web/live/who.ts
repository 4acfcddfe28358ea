import type { SessionState } from '../../src/contract/api/session.ts'

/** Says who is signed in, and how to become somebody where nobody is yet. */
export async function tellWho(leave: HTMLFormElement, setUp: HTMLElement): Promise<void> {
  const answer = await fetch('/api/v1/session').catch(() => undefined)
  if (!answer?.ok) return
  const { isSetUp, who }: SessionState = await answer.json()
  const name = /^user:(.+)$/.exec(who?.actor ?? '')?.[1]
  setUp.hidden = isSetUp
  leave.hidden = name === undefined
  leave.querySelector('span')!.textContent = name ?? ''
}
