import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { goToSignIn } from './client.ts'
import { ApiProblem } from './problem.ts'
import { sessionQuery } from './session.ts'

const mostTries = 3
const firstWaitMs = 500

/** What was asked of the server, kept for as long as it is likely to be right. */
export function createQueryClient(): QueryClient {
  const failed = async (error: unknown) => {
    if (!(error instanceof ApiProblem) || error.status !== 401) return
    // A visitor of the demo is somebody, and may not have everything.
    const { who } = await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
    if (who === null) goToSignIn()
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: error => void failed(error) }),
    mutationCache: new MutationCache({ onError: error => void failed(error) }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < mostTries && mayHelpToAskAgain(error),
        retryDelay: (failures, error) =>
          (error instanceof ApiProblem ? error.retryAfterMs : undefined) ?? firstWaitMs * 2 ** failures
      },
      mutations: { retry: false }
    }
  })
  return client
}

/** Nothing came, or the server could not at the moment; what it refused, it would refuse again. */
function mayHelpToAskAgain(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status === 503)
}
