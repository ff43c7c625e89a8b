/** Of a difference between what is recorded and what lives. */
export interface DriftFields {
  id: string;
  app: string;
  environment: string;
  cluster: string;
  namespace: string;
  object: string;
  field?: string | undefined;
  recorded?: string | undefined;
  live?: string | undefined;
  fields: number;
  manager: string;
  operation?: 'Apply' | 'Update' | undefined;
  /** RFC 3339: when that manager wrote last. */
  changedAt?: string | undefined;
  severity: 'security' | 'workload' | 'metadata';
  action: 'report' | 'correct' | 'none';
  in?: number | undefined;
  /** Left out when it is new. */
  age?: number | undefined;
  kind: 'changed' | 'missing' | 'extra' | 'release';
  approximate?: boolean | undefined;
}
