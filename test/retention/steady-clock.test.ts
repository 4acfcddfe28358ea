import { ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { SteadyClock, type SteadyState } from '../../src/retention/steady-clock.ts'

const hour = 3_600_000
const day = 24 * hour

/** A machine whose clock and whose time are moved by hand. */
class Machine {
  wall = 1_700_000_000_000
  monotonic = 0
  clock: SteadyClock

  constructor() {
    this.clock = this.start()
  }

  start(state?: SteadyState): SteadyClock {
    return new SteadyClock({ wallMs: () => this.wall, monotonicMs: () => this.monotonic }, state)
  }

  /** Time passes, looked at every ten seconds; gives how far retention's time came. */
  run(ms: number): number {
    const before = this.clock.nowMs()
    for (let passed = 0; passed < ms; passed += 10_000) {
      this.wall += 10_000
      this.monotonic += 10_000
      this.clock.nowMs()
    }
    return this.clock.nowMs() - before
  }
}

test('it runs with the time', () => {
  const machine = new Machine()
  strictEqual(machine.run(3 * day), 3 * day)
})

test('a clock set a day forward and back again an hour later has moved it by less than a minute', () => {
  const machine = new Machine()
  machine.run(hour)
  machine.wall += day
  const moved = machine.run(hour)
  machine.wall -= day
  machine.run(10_000)
  ok(Math.abs(moved - hour) < 60_000, `moved by ${moved} ms`)
})

test('a clock set back an hour does not stop it', () => {
  const machine = new Machine()
  machine.wall -= hour
  const moved = machine.run(hour)
  ok(moved > 0.98 * hour && moved <= hour, `moved by ${moved} ms`)
})

test('what is dated by a clock that was set back an hour is not taken for an hour old', () => {
  const machine = new Machine()
  machine.run(hour)
  machine.wall -= hour
  for (let looks = 0; looks < 100; looks++) {
    machine.run(10 * 60_000)
    ok(machine.clock.nowMs() <= machine.wall, `${machine.clock.nowMs() - machine.wall} ms old at once`)
  }
})

test('a clock that says 1970 does not keep everything for ever', () => {
  const machine = new Machine()
  machine.run(hour)
  const before = machine.clock.nowMs()
  machine.wall = 0
  machine.run(hour)
  ok(machine.clock.nowMs() > before)
})

test('a clock that ran for a day without another jump is believed, forwards and backwards', () => {
  for (const jump of [365 * day, -hour]) {
    const machine = new Machine()
    machine.run(hour)
    machine.wall += jump
    machine.run(day + hour)
    strictEqual(machine.clock.nowMs(), machine.wall)
  }
})

test('it goes on over a restart: what the clock says at start is not believed at once', () => {
  const machine = new Machine()
  machine.run(hour)
  const before = machine.clock.nowMs()
  machine.wall += 30 * day
  machine.monotonic = 5
  machine.clock = machine.start(machine.clock.state())
  ok(machine.clock.nowMs() - before < 60_000)
})

test('a machine that is switched off every night is believed, too', () => {
  const machine = new Machine()
  for (let days = 0; days < 4; days++) {
    machine.run(8 * hour)
    machine.wall += 16 * hour
    machine.clock = machine.start(machine.clock.state())
  }
  machine.run(hour)
  strictEqual(machine.clock.nowMs(), machine.wall)
})
