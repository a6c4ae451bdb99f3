// What commands print: text for people, JSON for programs, files.

import { writeFileSync } from 'node:fs';

/** Writes a line, or lines, to standard output. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Writes `text` into a new file, or to standard output where none is named. */
export function printTo(file: string | undefined, text: string): void {
  if (file === undefined) {
    print(text);
    return;
  }
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      EEXIST: `${file} is there already`,
      ENOENT: `${file}: there is no such folder`,
    };
    const reason = reasons[code as string] ?? message;
    throw Object.assign(new Error(reason, { cause: error }), { code: 'ERR_OUTPUT' });
  }
}

/**
 * Columns as wide as their widest cell, two spaces apart.
 *
 * @param right Columns, from 0, that are set to the right, as numbers are.
 */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        right.includes(column)
          ? cell.padStart(widths[column] as number)
          : cell.padEnd(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
