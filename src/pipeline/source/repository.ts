/** A repository that is followed: what this stage takes. */
export type { RepositoryConfig } from '../../foundation/git/repository-config.ts';
