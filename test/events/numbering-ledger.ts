// Asks for one epoch after the other, and prints each. argv: the ledger's file.
import { EpochLedger } from '../../src/events/epoch-ledger.ts'

const ledger = new EpochLedger(process.argv[2]!)
for (;;) {
  const epoch = ledger.next('door')
  await new Promise(resolve => process.stdout.write(`${epoch}\n`, resolve))
}
