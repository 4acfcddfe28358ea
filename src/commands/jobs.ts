import { Command } from 'commander'
import { addJobsCommand } from './jobs-add.ts'
import { cancelJobsCommand, listJobsCommand } from './jobs-list.ts'
import { runJobsCommand } from './jobs-run.ts'
import type { Terminal } from './terminal.ts'

/** `sightline jobs`: recordings that wait for their analysis, and the analysis. Actions throw SightlineError. */
export function jobsCommand(terminal: Terminal = process, environment: NodeJS.ProcessEnv = process.env): Command {
  const jobs = new Command('jobs').description('queue recordings and analyse them one after the other')
  addJobsCommand(jobs, terminal, environment)
  listJobsCommand(jobs, terminal, environment)
  cancelJobsCommand(jobs, terminal, environment)
  runJobsCommand(jobs, terminal, environment)
  return jobs
}
