/** What a deploy would do, while it waits for a person's approval. */
export interface PlanFields {
  id: string;
  create: number;
  update: number;
  delete: number;
  /** Workloads whose pods are replaced. */
  restarts: number;
  commit: string;
  /** `values/shop/prod.yaml:4 image.tag v1→v2` */
  changed?: string | undefined;
  message: string;
  hint: string;
}
