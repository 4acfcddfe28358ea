import { readFileSync } from 'node:fs'
import pg from 'pg'

/** One INSERT an event, each when it happens: its own transaction. `file` has a row a line, as JSON. */
const [url = '', file = '', columns = ''] = process.argv.slice(2)
const rows = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as unknown[])
const places = columns.split(',').map((_, index) => `$${index + 1}`)
const text = `insert into events (${columns}) values (${places})`
const client = new pg.Client({ connectionString: url })
await client.connect()
await client.query('truncate events')
const startedMs = performance.now()
for (const values of rows) await client.query({ name: 'insert', text, values })
const seconds = (performance.now() - startedMs) / 1000
await client.end()
process.stdout.write(`${JSON.stringify({ events: rows.length, seconds })}\n`)
