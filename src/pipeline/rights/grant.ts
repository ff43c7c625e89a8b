/** Rights as they are needed, one by one, before they are put together into roles. */

/** As RBAC has it. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

export interface Grant {
  /** `NAMESPACE/NAME` of a ServiceAccount. */
  readonly account: string;
  /** `''`: in all namespaces, or of what lies in none. */
  readonly namespace: string;
  readonly rule: PolicyRule;
}

export interface Resource {
  readonly group: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export const secrets: Resource = { group: '', plural: 'secrets', namespaced: true };
export const configMaps: Resource = { group: '', plural: 'configmaps', namespaced: true };

export function ruleFor({ group, plural }: Pick<Resource, 'group' | 'plural'>, ...verbs: string[]): PolicyRule {
  return { apiGroups: [group], resources: [plural], verbs };
}
