import { equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { metricsRoutes } from '../../src/api/metrics.ts'
import { startServer } from '../../src/api/server.ts'
import { everyFigure } from '../support/every-figure.ts'
import { letIn } from '../support/let-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { promtool } from './promtool.ts'

const folder = join(import.meta.dirname, '../../deploy/grafana')
const rules = join(folder, 'alerts/sightline.rules.yaml')
const scratch = await temporaryFolder()
after(() => scratch[Symbol.asyncDispose]())
const tool = await promtool(join(scratch.path, 'prometheus'))

describe('what Prometheus itself says', { skip: 'missing' in tool && tool.missing }, () => {
  const program = 'program' in tool ? tool.program : ''
  const check = (args: readonly string[], input?: string) => spawnSync(program, args, { input, encoding: 'utf8' })

  test('AL1 the alert rules are rules', () => {
    const { status, stdout, stderr } = check(['check', 'rules', rules])
    equal(status, 0, stdout + stderr)
    match(stdout, /SUCCESS: 1[0-9] rules found/)
  })

  test('AL2 every query of the dashboards is one', async () => {
    const exprs = readdirSync(join(folder, 'dashboards')).flatMap(name => {
      const board = JSON.parse(readFileSync(join(folder, 'dashboards', name), 'utf8')) as {
        readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[]
      }
      return board.panels.flatMap(({ targets = [] }) =>
        targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'))
      )
    })
    const records = exprs.map((expr, at) => ({ record: `query:${at}`, expr }))
    const file = join(scratch.path, 'queries.yaml')
    await writeFile(file, JSON.stringify({ groups: [{ name: 'queries', rules: records }] }))
    const { status, stdout, stderr } = check(['check', 'rules', '--lint=none', file])
    equal(status, 0, stdout + stderr)
  })

  test('AL3 what is served is read without a complaint about names, types or help', async () => {
    await using server = await startServer({
      callers: letIn(),
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      routes: routes => metricsRoutes(routes, everyFigure())
    })
    await fetch(`${server.url}/metrics`)
    const served = await (await fetch(`${server.url}/metrics`)).text()
    const { status, stdout, stderr } = check(['check', 'metrics'], served.replaceAll(/^.*\bnodejs_.*\n/gm, ''))
    equal(status, 0, stdout + stderr)
  })

  test('AL4 a stream that is down is told of after five minutes, one that is paused is not', async () => {
    const series = (name: string, stream: string, values: string) => ({
      series: `sightline_stream_${name}{instance="a",stream="${stream}"}`,
      values
    })
    const tests = [
      {
        interval: '1m',
        input_series: [
          series('up', 'yard', '1 0x10'),
          series('wanted', 'yard', '1x11'),
          series('up', 'door', '0x11'),
          series('wanted', 'door', '0x11'),
          series('up', 'street', '1x11'),
          series('wanted', 'street', '1x11')
        ],
        alert_rule_test: [
          { eval_time: '4m', alertname: 'SightlineStreamDown', exp_alerts: [] },
          {
            eval_time: '8m',
            alertname: 'SightlineStreamDown',
            exp_alerts: [
              {
                exp_labels: { severity: 'warning', instance: 'a', stream: 'yard' },
                exp_annotations: {
                  summary: 'No pictures of yard come in.',
                  action: "The stream's page says why, and when it is tried again."
                }
              }
            ]
          }
        ]
      }
    ]
    const file = join(scratch.path, 'down.yaml')
    await writeFile(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }))
    const { status, stdout, stderr } = check(['test', 'rules', file])
    equal(status, 0, stdout + stderr)
  })
})
