import { answer, api } from '../api/client.ts'
import { problemText } from '../api/problem.ts'
import { toast } from '../design/toast.tsx'
import { liveConnection } from '../streams/live-connection.ts'

/** Ends the session, and goes where one signs in. What the server tells live ends before: nobody hears that it was lost. */
export async function signOut(): Promise<void> {
  const resume = liveConnection().rest()
  try {
    await answer(api.DELETE('/api/v1/session'))
    location.assign('/sign-in')
  } catch (error) {
    resume()
    toast({ tone: 'bad', text: problemText(error).sentence })
  }
}
