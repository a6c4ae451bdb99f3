// The types of nvidia.mjs, for src/device.ts.
export function hasNvidiaDriver(env?: NodeJS.ProcessEnv): boolean;
