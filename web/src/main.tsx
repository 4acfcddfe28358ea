import './design/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { sessionQuery } from './api/session.ts'
import { createAppRouter } from './app/routes.tsx'
import { keepLetters } from './design/letters.ts'
import { registerOfflineWorker } from './offline/register.ts'

/** The router says after a second that a page is on its way: from then on its word is shown. */
const patienceMs = 1200

/*
 * Reading the app and showing it are tasks of their own, and showing it goes in small steps: else a phone hears nobody meanwhile.
 * The steps are React's, which knows them only for what is there when it begins: so the page's code comes first, and who one is.
 */
setTimeout(async () => {
  const [queries, router] = [createQueryClient(), createAppRouter()]
  void queries.prefetchQuery(sessionQuery)
  await Promise.race([router.load(), new Promise(done => setTimeout(done, patienceMs))])
  const root = createRoot(document.getElementById('app')!)
  startTransition(() =>
    root.render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>
    )
  )
})

registerOfflineWorker()
keepLetters()
