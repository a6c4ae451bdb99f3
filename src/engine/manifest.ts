// What a run was made with, and what it cost: enough to know whether two runs can be compared, and to make one
// again.

import { hostname } from 'node:os';
import type { NamedConfig } from '../config/load.js';
import type { Identity, Position } from './checkpoint.js';
import { commit, cpuModel, installedVersions, platform } from './installation.js';

/** What one process did of a run. */
export interface Session {
  command: readonly string[];
  /** Where it went on; null: at the beginning. */
  from: Position | null;
  started: string;
  /** When this was last brought up to date: a process that is killed can't say when it ended. */
  updated: string;
  wall_seconds: number;
  /** Of all threads, in user and system mode. */
  cpu_seconds: number;
  commit: string | null;
  node: string;
  host: string;
}

/** What manifest.json says. */
export interface ManifestContent {
  kind: Identity['kind'];
  name: string;
  /** The command line and the time of the first session. */
  command: readonly string[];
  created: string;
  finished: boolean;
  seed: number;
  mode: string;
  quirks: Readonly<Record<string, boolean>>;
  device: string;
  threads: number;
  versions: Readonly<Record<string, string>>;
  platform: string;
  cpu: string | null;
  /** All sessions together. GPU-days as papers count them: the time that one GPU was taken for. */
  cost: { wall_seconds: number; cpu_seconds: number; gpu_days: number | null };
  sessions: Session[];
}

/** The manifest of a run, as it goes on. */
export class Manifest {
  readonly #content: ManifestContent;
  readonly #session: Session;
  readonly #wall = performance.now();
  readonly #cpu = process.cpuUsage();

  private constructor(content: ManifestContent, command: readonly string[], from: Position | null) {
    const now = new Date().toISOString();
    this.#session = {
      command,
      from,
      started: now,
      updated: now,
      wall_seconds: 0,
      cpu_seconds: 0,
      commit: commit(),
      node: process.versions.node,
      host: hostname(),
    };
    this.#content = { ...content, sessions: [...content.sessions, this.#session] };
  }

  /** Of a run that begins. */
  static begin(config: NamedConfig, identity: Identity, command: readonly string[]): Manifest {
    const { name, seed, mode, quirks } = config;
    const { kind, device, threads } = identity;
    const content: ManifestContent = {
      kind,
      name,
      command,
      created: new Date().toISOString(),
      finished: false,
      seed,
      mode,
      quirks,
      device,
      threads,
      versions: installedVersions(),
      platform: platform(),
      cpu: cpuModel(),
      cost: { wall_seconds: 0, cpu_seconds: 0, gpu_days: null },
      sessions: [],
    };
    return new Manifest(content, command, null);
  }

  /** @param text Of the manifest of a run that goes on. */
  static resume(text: string, command: readonly string[], from: Position): Manifest {
    return new Manifest(JSON.parse(text), command, from);
  }

  /** The text of manifest.json, its times brought up to date. */
  update({ finished = false } = {}): string {
    const { user, system } = process.cpuUsage(this.#cpu);
    Object.assign(this.#session, {
      updated: new Date().toISOString(),
      wall_seconds: (performance.now() - this.#wall) / 1000,
      cpu_seconds: (user + system) / 1e6,
    });
    const content = this.#content;
    const total = (key: 'wall_seconds' | 'cpu_seconds') =>
      content.sessions.reduce((sum, session) => sum + session[key], 0);
    const wall_seconds = total('wall_seconds');
    content.cost = {
      wall_seconds,
      cpu_seconds: total('cpu_seconds'),
      gpu_days: content.device === 'cpu' ? null : wall_seconds / 86_400,
    };
    content.finished ||= finished;
    return `${JSON.stringify(content, null, 2)}\n`;
  }
}
