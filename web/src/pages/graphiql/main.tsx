import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import 'graphiql/style.css'
import { createClient } from 'graphql-ws'
import { createRoot } from 'react-dom/client'
import { graphiqlTexts } from '../../strings/graphiql.ts'
import './page.css'

const { title, firstQuery } = graphiqlTexts
const address = new URL('/graphql', location.origin)
const following = new URL(address)
following.protocol = address.protocol.replace('http', 'ws')

/** By POST with the session's cookie; subscriptions by a WebSocket, which is opened once somebody follows something. */
const fetcher = createGraphiQLFetcher({
  url: address.href,
  wsClient: createClient({ url: following.href, retryAttempts: 0 }),
  // The server answers a document at once, and never in parts.
  enableIncrementalDelivery: false
})

createRoot(document.getElementById('graphiql') as HTMLElement).render(
  <GraphiQL fetcher={fetcher} defaultQuery={firstQuery}>
    <GraphiQL.Logo>{title}</GraphiQL.Logo>
  </GraphiQL>
)
