/** A repository that is followed: what this stage takes. */
export type { CredentialConfig, PollConfig, RepositoryConfig } from '../../foundation/git/repository-config.ts';
