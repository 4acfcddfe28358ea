// The process that looks at the machine for a Sightline that is serving, and ends: a disk that does not answer holds up nobody else.
import { examine } from './examine.ts'
import { failed } from './finding.ts'

// Main is gone.
process.on('disconnect', () => process.exit(0))
process.once('message', async (flags: Parameters<typeof examine>[0]) => {
  const findings = await examine(flags, process.env, true).catch(error => [failed('settings', error)])
  process.send?.(findings, undefined, undefined, () => process.exit(0))
})
