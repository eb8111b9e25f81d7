import type { FieldError } from '../api-error.ts';

/** Any component, as far as walking through them goes. */
export interface ComponentNode {
  type: number;
  id?: number | undefined;
  custom_id?: string | null | undefined;
  content?: string | undefined;
  components?: readonly ComponentNode[] | undefined;
  component?: ComponentNode | undefined;
  accessory?: ComponentNode | undefined;
}

/** Components of a message, all levels counted (Discord's documentation, "Component Reference"). */
const MAX_COMPONENTS = 40;
/** Characters of all text displays of a message together. */
const MAX_TEXT = 4000;

type Path = readonly (string | number)[];

/** Every component in a tree with where it stands, parents first. */
export function walkComponents<T extends ComponentNode>(
  components: readonly T[],
  at: Path = ['components'],
): { node: ComponentNode; path: Path }[] {
  return components.flatMap((node, n) => below(node, [...at, n]));
}

function below(node: ComponentNode, path: Path): { node: ComponentNode; path: Path }[] {
  return [
    { node, path },
    ...walkComponents(node.components ?? [], [...path, 'components']),
    ...(node.component ? below(node.component, [...path, 'component']) : []),
    ...(node.accessory ? below(node.accessory, [...path, 'accessory']) : []),
  ];
}

/** What is wrong with a tree as a whole: repeated ids, too many components, too much text. */
export function treeErrors(components: readonly ComponentNode[]): FieldError[] {
  const all = walkComponents(components);
  const errors: FieldError[] = [];
  const seen = new Set<string | number>();
  for (const { node, path } of all) {
    for (const [field, value] of [
      ['custom_id', node.custom_id],
      ['id', node.id || undefined],
    ] as const) {
      if (value === undefined || value === null) continue;
      if (seen.has(value)) {
        const code = field === 'id' ? 'COMPONENT_ID_DUPLICATED' : 'COMPONENT_CUSTOM_ID_DUPLICATED';
        errors.push({
          path: [...path, field],
          code,
          message: `Component ${field.replace('_', ' ')} cannot be duplicated`,
        });
      }
      seen.add(value);
    }
  }
  if (all.length > MAX_COMPONENTS) {
    const message = `The total number of components in a message cannot exceed ${MAX_COMPONENTS} (given ${all.length})`;
    errors.push({ path: ['components'], code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', message });
  }
  const text = all.reduce((sum, { node }) => sum + (node.content?.length ?? 0), 0);
  if (text > MAX_TEXT) {
    const message = `The total displayable text of the components cannot exceed ${MAX_TEXT} (given ${text})`;
    errors.push({ path: ['components'], code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', message });
  }
  return errors;
}

/** Gives every component without an `id` the next free number, as Discord does. */
export function numberComponents(components: readonly ComponentNode[]): void {
  const nodes = walkComponents(components).map(({ node }) => node);
  const taken = new Set(nodes.map((node) => node.id));
  let next = 1;
  for (const node of nodes) {
    if (node.id) continue;
    while (taken.has(next)) next++;
    node.id = next++;
  }
}
