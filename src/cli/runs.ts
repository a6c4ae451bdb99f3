// `bnas runs`: which runs there are, and what came of one.

import { Command } from 'commander';
import type { EpochRecord, Run, RunSummary } from '../engine/runs.js';
import { jsonOption } from './options.js';
import { print, printJson, table } from './output.js';

export function runsCommand(): Command {
  const list = new Command('list')
    .description('list the runs in a folder and in those below it')
    .argument('[folder]', 'where to look', 'runs')
    .addOption(jsonOption())
    .action(async (folder: string, { json }: { json?: true }) => {
      const { listRuns } = await import('../engine/runs.js');
      const found = listRuns(folder);
      if (json) return printJson(found);
      const rows = found.runs.map(rowOf);
      if (rows.length > 0) print(table([COLUMNS, ...rows], [4, 5, 6]));
      else print(`There are no runs in ${folder}.`);
      for (const { fault } of found.damaged) process.stderr.write(`${fault}\n`);
    });
  const show = new Command('show')
    .description('show what a run was to do, how far it came, and how well it did')
    .argument('<run>', 'its folder')
    .addOption(jsonOption())
    .action(async (path: string, { json }: { json?: true }) => {
      const { readRun } = await import('../engine/runs.js');
      const run = readRun(path);
      if (json) printJson(run);
      else print(describe(run));
    });
  return new Command('runs')
    .description('list runs, or show one')
    .addCommand(list)
    .addCommand(show)
    .addHelpText(
      'after',
      `
Examples:
  bnas runs list
  bnas runs show runs/quickstart-search-1
  bnas runs show runs/quickstart-train-1 --json | jq .test.top1`,
    );
}

const COLUMNS = ['run', 'made', 'what', 'data', 'epochs', 'validation', 'test'];

function rowOf(run: RunSummary): string[] {
  const { path, kind, created, dataset, epochs, valid, test } = run;
  return [
    path,
    dateOf(created),
    kind,
    dataset,
    `${epochs.done}/${epochs.planned}`,
    valid ? percent(valid.top1) : '',
    test ? percent(test.top1) : '',
  ];
}

function describe(run: Run): string {
  const { path, kind, created, config, manifest, epochs, records, best_epoch, test, files } = run;
  const facts = [
    ['run', path],
    ['made', dateOf(created)],
    ['what', kind === 'search' ? 'a search' : 'a training'],
    ['data', config.data.dataset],
    ['mode', config.mode],
    ['seed', `${config.seed}`],
    ['device', `${manifest.device}, ${manifest.threads} CPU threads`],
    ['epochs', `${epochs.done} of ${epochs.planned}`],
    ['took', duration(manifest.cost)],
  ];
  if (best_epoch !== null) facts.push(['best epoch', `${best_epoch + 1}`]);
  if (test) facts.push(['test', `${percent(test.top1)}, top-5 ${percent(test.top5)}`]);
  const genotype = records.at(-1)?.genotype;
  if (genotype) facts.push(['genotype', genotype]);
  facts.push(['files', files.join(', ')]);
  return [table(facts), ...(records.length > 0 ? ['', epochTable(records)] : [])].join('\n');
}

const SHOWN = 10;

/** The last epochs; all of them are in metrics.jsonl. */
function epochTable(records: EpochRecord[]): string {
  const head = ['epoch', 'learning rate', 'loss', 'accuracy', 'validation'];
  const rows = records
    .slice(-SHOWN)
    .map(({ epoch, lr, train, valid }) => [
      `${epoch + 1}`,
      lr.toPrecision(3),
      train.loss.toFixed(3),
      percent(train.top1),
      valid ? percent(valid.top1) : '',
    ]);
  return table([head, ...rows], [0, 1, 2, 3, 4]);
}

/** The time of all its sessions, and what papers count on a GPU. */
function duration({ wall_seconds, gpu_days }: Run['manifest']['cost']): string {
  const minutes = Math.floor(wall_seconds / 60);
  const time =
    minutes < 60
      ? `${minutes} min ${Math.round(wall_seconds % 60)} s`
      : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return gpu_days === null ? time : `${time}, ${gpu_days.toFixed(3)} GPU-days`;
}

const percent = (value: number) => `${value.toFixed(2)} %`;

/** In the time zone of the reader: 2026-11-25 10:00. */
function dateOf(iso: string): string {
  const date = new Date(iso);
  const local = new Date(date.getTime() - 60_000 * date.getTimezoneOffset());
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
