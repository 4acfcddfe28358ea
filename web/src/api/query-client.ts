import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { goToSignIn } from './client.ts'
import { ApiProblem } from './problem.ts'

const mostTries = 3
const firstWaitMs = 500

/** What was asked of the server, kept for as long as it is likely to be right. */
export function createQueryClient(): QueryClient {
  const failed = (error: unknown) => {
    if (error instanceof ApiProblem && error.status === 401) goToSignIn()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: failed }),
    mutationCache: new MutationCache({ onError: failed }),
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
}

/** Nothing came, or the server could not at the moment; what it refused, it would refuse again. */
function mayHelpToAskAgain(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status === 503)
}
