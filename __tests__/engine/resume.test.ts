// A run that was stopped goes on to the same bits; of what is wrong, it tells. Every kind of run, stopped
// everywhere: resume.long.ts.
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { loadConfig } from '../../src/config/load.js';
import { readCheckpoint } from '../../src/engine/checkpoint.js';
import { silent } from '../../src/engine/progress.js';
import { claim } from '../../src/engine/run_lock.js';
import { search } from '../../src/engine/search.js';
import { train } from '../../src/engine/train.js';
import { BNASv2_CLR_v1, BNASv2_CLR_v2, formatGenotype } from '../../src/models/genotypes.js';
import { collectGarbage, held } from '../support/memory.js';
import { temporaryFolder } from '../support/temporary.js';
import { configOf, type MethodName, run } from './methods.js';
import { decided, inPieces, stoppedAfter } from './pieces.js';
import { records, toyConfig, toyContext } from './toy.js';

const folder = temporaryFolder();

// An epoch is two steps and two of validation. The stops lie within epochs, and in the validation and the test at their ends, which are then done again.
const cases: [MethodName, steps: number, stops: number][] = [
  ['B-DARTS, second order, in reference mode', 5, 1],
  ['training in reference mode, with workers', 5, 2],
];

test.each(cases)('%s, stopped every %d steps', async (name, steps, stops) => {
  const config = configOf(name);
  await run(config, name, toyContext(`${folder}/${name}`));
  await collectGarbage();
  const before = held();
  const path = `${folder}/${name} in pieces`;
  expect(await inPieces(path, steps, (context) => run(config, name, context))).toBe(stops);
  expect(decided(path)).toEqual(decided(`${folder}/${name}`));
  expect(held()).toEqual(before);
  const { sessions, cost, ...manifest } = manifestOf(path);
  expect(manifest).toMatchObject({ finished: true, device: 'cpu', threads: 1 });
  expect(sessions).toHaveLength(stops + 1);
  expect(sessions[0].from).toBeNull();
  expect(sessions[1].from).toMatchObject({ epoch: 1, step: 1, passed: false });
  for (const key of ['wall_seconds', 'cpu_seconds']) {
    const times: number[] = sessions.map((session: Record<string, number>) => session[key]);
    const sum = times.reduce((total, time) => total + time, 0);
    expect(sum).toBeGreaterThan(0);
    expect(cost[key]).toBeCloseTo(sum, 9);
  }
  expect(cost.gpu_days).toBeNull();
});

const manifestOf = (run: string) => JSON.parse(readFileSync(`${run}/manifest.json`, 'utf8'));

test('a training of another genotype is refused, and left as it is', async () => {
  const path = `${folder}/other genotype`;
  await expect(train(toyConfig(), BNASv2_CLR_v1, stoppedAfter(path, 1, false))).rejects.toThrow(
    'stopped',
  );
  writeFileSync(`${path}/metrics.jsonl`, 'more', { flag: 'a' });
  await expect(
    train(toyConfig(), BNASv2_CLR_v2, toyContext(path, { resume: true })),
  ).rejects.toMatchObject({
    code: 'ERR_CHECKPOINT',
    message: expect.stringContaining(
      'training.genotype: "BNASv2_CLR_v1" in the checkpoint, "BNASv2_CLR_v2" now',
    ),
  });
  expect(readFileSync(`${path}/metrics.jsonl`, 'utf8')).toMatch(/more$/);
});

describe('a search', () => {
  const path = `${folder}/search`;
  const config = toyConfig();
  let whole: Record<string, string>;
  let count = 0;

  beforeAll(async () => {
    await search(config, toyContext(path));
    whole = decided(path);
  });

  /** A copy of the finished run, as if it had ended otherwise. */
  function copied(): string {
    count += 1;
    cpSync(path, `${path}-${count}`, { recursive: true });
    return `${path}-${count}`;
  }

  function resumed(copy: string, own = config) {
    const lines: string[] = [];
    const progress = { ...silent, line: (text: string) => void lines.push(text) };
    const result = search(own, toyContext(copy, { progress, resume: true }));
    return { result, lines };
  }

  test('that is over does nothing anew, and gives its genotype', async () => {
    const copy = copied();
    const { result, lines } = resumed(copy);
    expect(formatGenotype(await result)).toBe(records(path, 'metrics.jsonl').at(-1).genotype);
    expect(lines[0]).toBe(`Going on from ${copy}/checkpoints/epoch-0002.pt, after 2 epochs`);
    expect(decided(copy)).toEqual(whole);
  });

  test('goes on from the newest checkpoint that is whole, and says which are not', async () => {
    const cut = copied();
    truncateSync(`${cut}/checkpoints/epoch-0002.pt`, 100_000);
    const { result, lines } = resumed(cut);
    await result;
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(/^Lost: .*epoch-0002\.pt: the zip archive has no end: it is cut short/),
      `Going on from ${cut}/checkpoints/epoch-0001.pt, after 1 epoch`,
    ]);
    expect(decided(cut)).toEqual(whole);
    expect(readdirSync(`${cut}/checkpoints`).sort()).toEqual([
      'epoch-0001.pt',
      'epoch-0002.pt',
      'epoch-0002.pt.damaged',
    ]);
  });

  test('never goes on from a checkpoint in which a bit is another one', async () => {
    const flipped = copied();
    const file = `${flipped}/checkpoints/epoch-0002.pt`;
    const bytes = readFileSync(file);
    const { alphas_normal } = records(path, 'metrics.jsonl').at(-1).architecture;
    const alphas = Buffer.from(Float32Array.from(alphas_normal.flat()).buffer);
    const at = bytes.indexOf(alphas);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(file, bytes);
    const { result, lines } = resumed(flipped);
    await result;
    expect(lines[0]).toMatch(
      /^Lost: .*epoch-0002\.pt: entry "data\/\d+" is damaged: its checksum is wrong/,
    );
    expect(decided(flipped)).toEqual(whole);
  });

  test('whose checkpoints are all damaged stops, and keeps them', async () => {
    const lost = copied();
    const names = readdirSync(`${lost}/checkpoints`);
    for (const name of names) writeFileSync(`${lost}/checkpoints/${name}`, 'nothing');
    await expect(resumed(lost).result).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT',
      message: expect.stringMatching(/^no checkpoint can be used\n.*0002\.pt: .*\n.*0001\.pt: /),
    });
    expect(readdirSync(`${lost}/checkpoints`)).toEqual(names);
  });

  test('without any checkpoint starts over, under the same config', async () => {
    const bare = copied();
    rmSync(`${bare}/checkpoints`, { recursive: true });
    await expect(resumed(bare, toyConfig('seed=3')).result).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT',
      message: `${bare} has no checkpoint, and its config.yaml differs`,
    });
    const { result, lines } = resumed(bare);
    await result;
    expect(lines[0]).toBe('Starting over');
    expect(decided(bare)).toEqual(whole);
  });

  test('of another config is refused with the keys that differ, and left as it is', async () => {
    const other = copied();
    const before = readFileSync(`${other}/metrics.jsonl`, 'utf8');
    const own = ['search.epochs=3', 'search.held=[none]', 'threads=2', 'name=other', 'save=x'];
    await expect(resumed(other, toyConfig(...own)).result).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT',
      message: [
        `${other}/checkpoints/epoch-0002.pt is of another run:`,
        'search.epochs: 2 in the checkpoint, 3 now',
        'search.held: [] in the checkpoint, ["none"] now',
        'threads: 1 in the checkpoint, 2 now',
      ].join('\n  '),
    });
    torch.set_num_threads(1);
    expect(readFileSync(`${other}/metrics.jsonl`, 'utf8')).toBe(before);
    expect(existsSync(`${other}/checkpoints/epoch-0002.pt`)).toBe(true);
  });

  test('computes with as many threads as before, when none are asked for', async () => {
    torch.set_num_threads(2);
    await resumed(copied(), toyConfig('threads=auto')).result;
    expect(torch.get_num_threads()).toBe(1);
  });

  test('whose metrics lost their end is not gone on with', async () => {
    const short = copied();
    truncateSync(`${short}/metrics.jsonl`, 10);
    await expect(resumed(short).result).rejects.toThrow(
      /metrics\.jsonl has 10 bytes where \d+ were: it was changed, or lost its end/,
    );
  });

  test('drops what a killed process had not finished, once nobody else writes there', async () => {
    const killed = copied();
    writeFileSync(`${killed}/checkpoints/.epoch-0003.pt.abc.partial`, 'half');
    writeFileSync(`${killed}/.manifest.json.abc.partial`, 'half');
    writeFileSync(`${killed}/manifest.json`, '');
    writeFileSync(`${killed}/metrics.jsonl`, '{"kind":"st', { flag: 'a' });
    const release = claim(killed);
    await expect(resumed(killed).result).rejects.toMatchObject({
      code: 'ERR_RUN_DIRECTORY',
      message: `${killed} is written to by this process already`,
    });
    release();
    const { result, lines } = resumed(killed);
    await result;
    expect(lines[1]).toMatch(/^Lost: manifest\.json \(.*JSON.*\), which is made anew$/);
    expect(manifestOf(killed)).toMatchObject({ kind: 'search', finished: true, threads: 1 });
    const names = [...readdirSync(killed), ...readdirSync(`${killed}/checkpoints`)];
    expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(decided(killed)).toEqual(whole);
  });

  test('from the resolved config of another one writes the same figures', async () => {
    const again = `${folder}/from its config`;
    await search(loadConfig(`${path}/config.yaml`), toyContext(again));
    expect(decided(again)).toEqual(whole);
  });

  test('holds no more after an epoch than before, and no file open after its end', async () => {
    const files = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
    const before = files();
    const counts: number[] = [];
    const observer = { epoch: () => void counts.push(torch.memory().tensors) };
    const long = toyConfig('search.epochs=3', 'checkpoint.every_steps=1', 'skip_nonfinite=1');
    await search(long, { ...toyContext(`${folder}/long`), observer });
    // Optimizers make their state in the first epoch.
    expect(new Set(counts.slice(1)).size).toBe(1);
    expect(files()).toBe(before);
    const names = readdirSync(`${folder}/long/checkpoints`).sort();
    expect(names).toEqual(['epoch-0002-step-00002.pt', 'epoch-0003.pt']);
  });

  test('with quirk nothing_saved keeps no checkpoint, and cannot be resumed', async () => {
    const quirk = toyConfig('quirks.nothing_saved=true');
    const bare = `${folder}/nothing saved`;
    await search(quirk, toyContext(bare));
    expect(readdirSync(bare)).not.toContain('checkpoints');
    // That changes no number.
    const figures = (run: string) => readFileSync(`${run}/metrics.jsonl`, 'utf8');
    expect(figures(bare)).toBe(figures(path));
    await expect(resumed(bare, quirk).result).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT',
      message: 'quirks.nothing_saved: the run keeps no checkpoints to go on from',
    });
  });

  test('takes the time of its parts', () => {
    const [pass] = records(path, 'timing.jsonl');
    const { data, architecture, weights, other, seconds } = pass;
    for (const part of [data, architecture, weights, other]) expect(part).toBeGreaterThan(0);
    expect(data + architecture + weights + other).toBeLessThanOrEqual(seconds);
  });

  test('has its weights in its checkpoint under the names of its network', () => {
    torch.tidy(() => {
      const { state } = readCheckpoint(`${path}/checkpoints/epoch-0002.pt`);
      const { state_dict, architecture } = state as Record<string, Map<string, torch.Tensor>>;
      expect(state_dict?.get('classifier.weight')?.shape).toEqual([10, 38]);
      const last = records(path, 'metrics.jsonl').at(-1);
      expect(architecture?.get('alphas_normal')?.tolist()).toEqual(last.architecture.alphas_normal);
    });
  });
});
