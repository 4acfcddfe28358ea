import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from } from 'pg-copy-streams'

/** One COPY of rows that are ready as text, in one transaction, into the table as it is. */
const [url = '', file = '', columns = '', count = ''] = process.argv.slice(2)
const client = new pg.Client({ connectionString: url })
await client.connect()
await client.query('truncate events')
const startedMs = performance.now()
await pipeline(
  createReadStream(file, { highWaterMark: 1 << 18 }),
  client.query(from(`copy events (${columns}) from stdin`))
)
const seconds = (performance.now() - startedMs) / 1000
const { rows } = await client.query('select count(*)::int as rows from events')
if (rows[0].rows !== Number(count)) throw new Error(`${rows[0].rows} rows are stored of ${count}.`)
await client.end()
process.stdout.write(`${JSON.stringify({ events: Number(count), seconds })}\n`)
