import '../../design/base.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from '../../api/problem.ts'
import { linkOf } from './opened-link.ts'
import { SharedPage } from './shared-page.tsx'

const mostTries = 3
/** Nobody is signed in here: what is refused is refused. */
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) =>
        failures < mostTries && error instanceof ApiProblem && [0, 429, 503].includes(error.status)
    }
  }
})

/** Its secret leaves the address bar, where it could be read over a shoulder or from a picture. */
const link = linkOf(location)
if (link?.secret !== undefined) history.replaceState(null, '', location.pathname)

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <SharedPage link={link} />
    </QueryClientProvider>
  </StrictMode>
)
