/** `/nets/:ref` as `/api/v1/nets/{ref}`. */
export function documentedPath(path: string): string {
  return `/api/v1${path.replaceAll(/:(\w+)/g, '{$1}')}`;
}
