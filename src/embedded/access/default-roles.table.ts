/**
 * The ClusterRoles that charts bind or build on, as a Kubernetes 1.36 API server makes them: role | API groups (`core`
 * for the unnamed one; none: paths) | resources or paths | verbs.
 */
export const defaultRoles = `
cluster-admin | * | * | *
cluster-admin | | * | *
system:aggregate-to-admin | authorization.k8s.io | localsubjectaccessreviews | create
system:aggregate-to-admin | rbac.authorization.k8s.io | rolebindings+roles | create+delete+deletecollection+get+list+patch+update+watch
system:aggregate-to-edit | core | pods/attach+pods/exec+pods/portforward+pods/proxy+secrets+services/proxy | get+list+watch
system:aggregate-to-edit | core | serviceaccounts | impersonate
system:aggregate-to-edit | core | pods+pods/attach+pods/exec+pods/portforward+pods/proxy | create+delete+deletecollection+patch+update
system:aggregate-to-edit | core | pods/eviction | create
system:aggregate-to-edit | core | configmaps+persistentvolumeclaims+replicationcontrollers+replicationcontrollers/scale+secrets+serviceaccounts+services+services/proxy | create+delete+deletecollection+patch+update
system:aggregate-to-edit | core | serviceaccounts/token | create
system:aggregate-to-edit | core+events.k8s.io | events | create+delete+deletecollection+patch+update
system:aggregate-to-edit | apps | daemonsets+deployments+deployments/rollback+deployments/scale+replicasets+replicasets/scale+statefulsets+statefulsets/scale | create+delete+deletecollection+patch+update
system:aggregate-to-edit | autoscaling | horizontalpodautoscalers | create+delete+deletecollection+patch+update
system:aggregate-to-edit | batch | cronjobs+jobs | create+delete+deletecollection+patch+update
system:aggregate-to-edit | extensions | daemonsets+deployments+deployments/rollback+deployments/scale+ingresses+networkpolicies+replicasets+replicasets/scale+replicationcontrollers/scale | create+delete+deletecollection+patch+update
system:aggregate-to-edit | policy | poddisruptionbudgets | create+delete+deletecollection+patch+update
system:aggregate-to-edit | networking.k8s.io | ingresses+networkpolicies | create+delete+deletecollection+patch+update
system:aggregate-to-edit | coordination.k8s.io | leases | create+delete+deletecollection+get+list+patch+update+watch
system:aggregate-to-edit | resource.k8s.io | resourceclaims+resourceclaimtemplates | create+delete+deletecollection+patch+update
system:aggregate-to-view | core | configmaps+endpoints+persistentvolumeclaims+persistentvolumeclaims/status+pods+replicationcontrollers+replicationcontrollers/scale+serviceaccounts+services+services/status | get+list+watch
system:aggregate-to-view | core | bindings+limitranges+namespaces/status+pods/log+pods/status+replicationcontrollers/status+resourcequotas+resourcequotas/status | get+list+watch
system:aggregate-to-view | core | namespaces | get+list+watch
system:aggregate-to-view | core+events.k8s.io | events | get+list+watch
system:aggregate-to-view | discovery.k8s.io | endpointslices | get+list+watch
system:aggregate-to-view | apps | controllerrevisions+daemonsets+daemonsets/status+deployments+deployments/scale+deployments/status+replicasets+replicasets/scale+replicasets/status+statefulsets+statefulsets/scale+statefulsets/status | get+list+watch
system:aggregate-to-view | autoscaling | horizontalpodautoscalers+horizontalpodautoscalers/status | get+list+watch
system:aggregate-to-view | batch | cronjobs+cronjobs/status+jobs+jobs/status | get+list+watch
system:aggregate-to-view | extensions | daemonsets+daemonsets/status+deployments+deployments/scale+deployments/status+ingresses+ingresses/status+networkpolicies+replicasets+replicasets/scale+replicasets/status+replicationcontrollers/scale | get+list+watch
system:aggregate-to-view | policy | poddisruptionbudgets+poddisruptionbudgets/status | get+list+watch
system:aggregate-to-view | networking.k8s.io | ingresses+ingresses/status+networkpolicies | get+list+watch
system:aggregate-to-view | resource.k8s.io | resourceclaims+resourceclaims/status+resourceclaimtemplates | get+list+watch
system:auth-delegator | authentication.k8s.io | tokenreviews | create
system:auth-delegator | authorization.k8s.io | subjectaccessreviews | create
system:basic-user | authorization.k8s.io | selfsubjectaccessreviews+selfsubjectrulesreviews | create
system:basic-user | authentication.k8s.io | selfsubjectreviews | create
system:discovery | | /api+/api/*+/apis+/apis/*+/healthz+/livez+/openapi+/openapi/*+/readyz+/version+/version/ | get
system:kubelet-api-admin | core | nodes | get+list+watch
system:kubelet-api-admin | core | nodes | proxy
system:kubelet-api-admin | core | nodes/log+nodes/metrics+nodes/proxy+nodes/stats | *
system:kubelet-api-admin | core | nodes/configz+nodes/healthz+nodes/pods | *
system:monitoring | | /flagz+/healthz+/healthz/*+/livez+/livez/*+/metrics+/metrics/slis+/readyz+/readyz/*+/statusz | get
system:monitoring | core | nodes/metrics | get
system:node-problem-detector | core | nodes | get
system:node-problem-detector | core | nodes/status | patch
system:node-problem-detector | core+events.k8s.io | events | create+patch+update
system:node-proxier | core | endpoints+services | list+watch
system:node-proxier | core | nodes | get+list+watch
system:node-proxier | core+events.k8s.io | events | create+patch+update
system:node-proxier | networking.k8s.io | servicecidrs | list+watch
system:node-proxier | discovery.k8s.io | endpointslices | list+watch
system:persistent-volume-provisioner | core | persistentvolumes | create+delete+get+list+watch
system:persistent-volume-provisioner | core | persistentvolumeclaims | get+list+update+watch
system:persistent-volume-provisioner | storage.k8s.io | storageclasses | get+list+watch
system:persistent-volume-provisioner | core | events | watch
system:persistent-volume-provisioner | core+events.k8s.io | events | create+patch+update
system:public-info-viewer | | /healthz+/livez+/readyz+/version+/version/ | get
system:service-account-issuer-discovery | | /.well-known/openid-configuration+/.well-known/openid-configuration/+/openid/v1/jwks+/openid/v1/jwks/ | get
`;
