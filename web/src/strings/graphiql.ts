/** What the page for trying GraphQL out says beside what GraphiQL says itself. */
export const graphiqlTexts = {
  title: 'Sightline GraphQL',
  /** What is in the editor of somebody who comes for the first time. */
  firstQuery: `# Ctrl+Enter asks.
# Ctrl+Space says what may stand here.
# Mutations change things for real.

query Streams {
  streams {
    items {
      name
      title
    }
  }
}
`
}
