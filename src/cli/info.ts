// `bnas info`: what is installed, and what the machine offers.

import { Command } from 'commander';
import { jsonOption } from './options.js';
import { print, printJson, table } from './output.js';

export function infoCommand(): Command {
  return new Command('info')
    .description('show versions, devices and threads')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: true }) => {
      const { installation } = await import('../engine/installation.js');
      const info = installation();
      if (json) return printJson(info);
      const { versions, cpu } = info;
      const rows = [
        ['bnas', versions.bnas + (info.commit ? ` (${info.commit.slice(0, 12)})` : '')],
        ['torch-js', versions.torch_js],
        ['LibTorch', versions.libtorch],
        ['Node.js', versions.node],
        ['system', info.platform],
        ['CPU', `${cpu.model ?? 'unknown'}, ${cpu.cores} cores, ${cpu.memory_gib} GiB of memory`],
        ['threads', `${info.threads}`],
        ['devices', info.devices.join(', ')],
      ];
      if (info.gpu_problem) rows.push(['GPU', info.gpu_problem]);
      print(table(rows));
    });
}
