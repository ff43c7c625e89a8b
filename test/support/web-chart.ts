/** A chart of one Deployment, which most scenarios of versions need: `image` is what stands behind `web:`. */
const webTemplate = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "example.org/web:${image}"}]}
`;

export const webChart = (image: string, version = '1.0.0'): Record<string, string> => ({
  'charts/web/Chart.yaml': `apiVersion: v2\nname: web\nversion: ${version}\n`,
  'charts/web/templates/web.yaml': webTemplate(image),
});

/** The application of that chart whose tag is promoted; `environments` in YAML, as they stand below `spec`. */
export const promotedWeb = (prefix: string, environments: string): Record<string, string> => ({
  'apps/web.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: web}
spec:
  chart: {path: charts/web}
  namespace: "${prefix}-{{environment}}"
  values: ["values/{{environment}}.yaml"]
  promotion: {keys: [image.tag]}
  rollback: {soak: 0s}
  timeout: 20s
  environments:
${environments}`,
});
