import { readFile } from 'node:fs/promises';

/**
 * The rows of a CSV file with a head line, as objects. Good for lists of ids and plain names: no quotes, no commas inside.
 * @throws Error naming the line that has another number of cells than the head
 */
export async function readCsv<Column extends string>(
  file: URL,
  columns: readonly Column[],
): Promise<Record<Column, string>[]> {
  const text = await readFile(file, 'utf8');
  const [head = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));
  for (const column of columns) if (!head.includes(column)) throw new Error(`${file.pathname} has no column ${column}`);
  return rows.map((cells, index) => {
    if (cells.length !== head.length) throw new Error(`${file.pathname}, line ${index + 2}: ${cells.length} cells`);
    return Object.fromEntries(columns.map((column) => [column, cells[head.indexOf(column)]])) as Record<Column, string>;
  });
}
