import './design/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { createAppRouter } from './app/routes.tsx'
import { keepLetters } from './design/letters.ts'
import { registerOfflineWorker } from './offline/register.ts'

// Reading the app and showing it are tasks of their own, and showing it goes in small steps: else a phone hears nobody meanwhile.
setTimeout(() => {
  const root = createRoot(document.getElementById('app')!)
  const [queries, router] = [createQueryClient(), createAppRouter()]
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
