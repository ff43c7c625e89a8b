/** On every event of a promotion; it is told of the environment that the version goes to. */
export interface PromotionFields {
  app: string;
  environment: string;
  cluster: string;
  /** The environments it comes from. */
  from: string;
  id?: string | undefined;
  /** `values/shop/prod.yaml:4 image.tag v1→v2` */
  changed?: string | undefined;
}

/** A request whose target has gone. */
export interface OrphanFields {
  repository: string;
  app: string;
  environment: string;
  branch: string;
  url: string;
  message: string;
}
