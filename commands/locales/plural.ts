/** A count with its noun: `1 person`, `2 people`. For languages with one plural form. */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
