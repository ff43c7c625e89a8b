/** The kubeconfig by which everybody, this program included, reaches the embedded cluster. JSON is YAML too, but people read this. */
import type { Credentials } from './credentials.ts';

export function kubeconfigText(url: string, { authority, token }: Credentials): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: embedded
  cluster:
    server: ${url}
    certificate-authority-data: ${Buffer.from(authority).toString('base64')}
users:
- name: admin
  user:
    token: ${token}
contexts:
- name: embedded
  context:
    cluster: embedded
    user: admin
current-context: embedded
`;
}
