/**
 * The columns that a Kubernetes 1.36 API server prints for its built-in resources: `Name:type/format@priority`, where
 * the type is not string; priority 1 is shown by `-o wide` only.
 */
export const builtinColumns = `
componentstatuses | Name/name; Status; Message; Error
configmaps | Name/name; Data; Age
endpoints | Name/name; Endpoints; Age
events | Last Seen; Type; Reason; Object; Subobject@1; Source@1; Message; First Seen@1; Count@1; Name/name@1
limitranges | Name/name; Created At:date
namespaces | Name/name; Status; Age
nodes | Name/name; Status; Roles; Age; Version; Internal-IP@1; External-IP@1; OS-Image@1; Kernel-Version@1; Container-Runtime@1
persistentvolumeclaims | Name/name; Status; Volume; Capacity; Access Modes; StorageClass; VolumeAttributesClass; Age; VolumeMode@1
persistentvolumes | Name/name; Capacity; Access Modes; Reclaim Policy; Status; Claim; StorageClass; VolumeAttributesClass; Reason; Age; VolumeMode@1
pods | Name/name; Ready; Status; Restarts; Age; IP@1; Node@1; Nominated Node@1; Readiness Gates@1
podtemplates | Name/name; Containers; Images; Pod Labels
replicationcontrollers | Name/name; Desired:integer; Current:integer; Ready:integer; Age; Containers@1; Images@1; Selector@1
resourcequotas | Name/name; Request; Limit; Age
secrets | Name/name; Type; Data; Age
serviceaccounts | Name/name; Age
services | Name/name; Type; Cluster-IP; External-IP; Port(s); Age; Selector@1
apiservices.apiregistration.k8s.io | Name/name; Service; Available; Age
controllerrevisions.apps | Name/name; Controller; Revision; Age
daemonsets.apps | Name/name; Desired:integer; Current:integer; Ready:integer; Up-to-date:integer; Available:integer; Node Selector; Age; Containers@1; Images@1; Selector@1
deployments.apps | Name/name; Ready; Up-to-date; Available; Age; Containers@1; Images@1; Selector@1
replicasets.apps | Name/name; Desired:integer; Current:integer; Ready:integer; Age; Containers@1; Images@1; Selector@1
statefulsets.apps | Name/name; Ready; Age; Containers@1; Images@1
events.events.k8s.io | Last Seen; Type; Reason; Object; Subobject@1; Source@1; Message; First Seen@1; Count@1; Name/name@1
horizontalpodautoscalers.autoscaling | Name/name; Reference; Targets; MinPods; MaxPods; Replicas; Age
cronjobs.batch | Name/name; Schedule; Timezone; Suspend:boolean; Active:integer; Last Schedule; Age; Containers@1; Images@1; Selector@1
jobs.batch | Name/name; Status; Completions; Duration; Age; Containers@1; Images@1; Selector@1
certificatesigningrequests.certificates.k8s.io | Name/name; Age; SignerName; Requestor; RequestedDuration; Condition
ingressclasses.networking.k8s.io | Name/name; Controller; Parameters; Age
ingresses.networking.k8s.io | Name/name; Class; Hosts; Address; Ports; Age
ipaddresses.networking.k8s.io | Name/name; ParentRef
networkpolicies.networking.k8s.io | Name/name; Pod-Selector; Age
servicecidrs.networking.k8s.io | Name/name; CIDRs; Age
poddisruptionbudgets.policy | Name/name; Min Available; Max Unavailable; Allowed Disruptions:integer; Age
clusterrolebindings.rbac.authorization.k8s.io | Name/name; Role; Age; Users@1; Groups@1; ServiceAccounts@1
clusterroles.rbac.authorization.k8s.io | Name/name; Created At:date
rolebindings.rbac.authorization.k8s.io | Name/name; Role; Age; Users@1; Groups@1; ServiceAccounts@1
roles.rbac.authorization.k8s.io | Name/name; Created At:date
csidrivers.storage.k8s.io | Name/name; AttachRequired:boolean; PodInfoOnMount:boolean; StorageCapacity:boolean; TokenRequests; RequiresRepublish:boolean; Modes; Age
csinodes.storage.k8s.io | Name/name; Drivers:integer; Age
csistoragecapacities.storage.k8s.io | Name/name; Created At:date
storageclasses.storage.k8s.io | Name/name; Provisioner; ReclaimPolicy; VolumeBindingMode; AllowVolumeExpansion; Age
volumeattachments.storage.k8s.io | Name/name; Attacher/name; PV; Node; Attached:boolean; Age
volumeattributesclasses.storage.k8s.io | Name/name; DriverName; Age
mutatingadmissionpolicies.admissionregistration.k8s.io | Name/name; Mutations:integer; ParamKind; Age
mutatingadmissionpolicybindings.admissionregistration.k8s.io | Name/name; PolicyName; ParamRef; Age
mutatingwebhookconfigurations.admissionregistration.k8s.io | Name/name; Webhooks:integer; Age
validatingadmissionpolicies.admissionregistration.k8s.io | Name/name; Validations:integer; ParamKind; Age
validatingadmissionpolicybindings.admissionregistration.k8s.io | Name/name; PolicyName; ParamRef; Age
validatingwebhookconfigurations.admissionregistration.k8s.io | Name/name; Webhooks:integer; Age
customresourcedefinitions.apiextensions.k8s.io | Name/name; Created At:date
priorityclasses.scheduling.k8s.io | Name/name; Value:integer; Global-Default:boolean; Age; PreemptionPolicy
leases.coordination.k8s.io | Name/name; Holder; Age
runtimeclasses.node.k8s.io | Name/name; Handler; Age
endpointslices.discovery.k8s.io | Name/name; AddressType; Ports; Endpoints; Age
deviceclasses.resource.k8s.io | Name/name; Age
resourceclaims.resource.k8s.io | Name/name; State; Age
resourceclaimtemplates.resource.k8s.io | Name/name; Age
resourceslices.resource.k8s.io | Name/name; Node; Driver; Pool; Age
flowschemas.flowcontrol.apiserver.k8s.io | Name/name; PriorityLevel; MatchingPrecedence; DistinguisherMethod; Age; MissingPL
`;
