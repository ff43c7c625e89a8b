/**
 * The fields of every built-in type of Kubernetes 1.36, one type per line, derived from a real API server's OpenAPI
 * document and its Go types by name and type alone (no descriptions), in the order in which it writes them. `!`: required;
 * `?`: left out when zero; `+`: written even when absent (as zero). `[]T`: an atomic list; `[a+b]T`: a list keyed
 * by a and b; `[=]T`: a set; `{}T`: a map; `%`: atomic. `~key`: strategic merge by that key, `~.` by value,
 * `~^`: retainKeys. `"A|B"`: an enumeration. A name without a dot is of the same package as its line.
 */
export const builtinTypes = `
admissionregistration.v1.ApplyConfiguration expression?:string
admissionregistration.v1.AuditAnnotation key!+:string valueExpression!+:string
admissionregistration.v1.ExpressionWarning fieldRef!+:string warning!+:string
admissionregistration.v1.JSONPatch expression?:string
admissionregistration.v1.MatchCondition name!+:string expression!+:string
admissionregistration.v1.MatchResources% namespaceSelector:meta.v1.LabelSelector objectSelector:meta.v1.LabelSelector resourceRules?:[]NamedRuleWithOperations excludeResourceRules?:[]NamedRuleWithOperations matchPolicy:"Equivalent|Exact"
admissionregistration.v1.MutatingAdmissionPolicy metadata+:meta.v1.ObjectMeta spec+:MutatingAdmissionPolicySpec
admissionregistration.v1.MutatingAdmissionPolicyBinding metadata+:meta.v1.ObjectMeta spec+:MutatingAdmissionPolicyBindingSpec
admissionregistration.v1.MutatingAdmissionPolicyBindingSpec policyName?:string paramRef:ParamRef matchResources:MatchResources
admissionregistration.v1.MutatingAdmissionPolicySpec paramKind:ParamKind matchConstraints:MatchResources variables?:[]Variable mutations?:[]Mutation failurePolicy:"Fail|Ignore" matchConditions?:[name]MatchCondition~name reinvocationPolicy?:"IfNeeded|Never"
admissionregistration.v1.MutatingWebhook name!+:string clientConfig!+:WebhookClientConfig rules?:[]RuleWithOperations failurePolicy:"Fail|Ignore" matchPolicy:"Equivalent|Exact" namespaceSelector:meta.v1.LabelSelector objectSelector:meta.v1.LabelSelector sideEffects!+:"None|NoneOnDryRun|Some|Unknown" timeoutSeconds:int admissionReviewVersions!+:[]string reinvocationPolicy:"IfNeeded|Never" matchConditions?:[name]MatchCondition~name
admissionregistration.v1.MutatingWebhookConfiguration metadata+:meta.v1.ObjectMeta webhooks?:[name]MutatingWebhook~name
admissionregistration.v1.Mutation patchType!+:"ApplyConfiguration|JSONPatch" applyConfiguration:ApplyConfiguration jsonPatch:JSONPatch
admissionregistration.v1.NamedRuleWithOperations% resourceNames?:[]string operations?:[]"*|CONNECT|CREATE|DELETE|UPDATE" apiGroups?:[]string apiVersions?:[]string resources?:[]string scope:"*|Cluster|Namespaced"
admissionregistration.v1.ParamKind% apiVersion?:string kind?:string
admissionregistration.v1.ParamRef% name?:string namespace?:string selector:meta.v1.LabelSelector parameterNotFoundAction:string
admissionregistration.v1.RuleWithOperations operations?:[]"*|CONNECT|CREATE|DELETE|UPDATE" apiGroups?:[]string apiVersions?:[]string resources?:[]string scope:"*|Cluster|Namespaced"
admissionregistration.v1.ServiceReference namespace!+:string name!+:string path:string port:int
admissionregistration.v1.TypeChecking expressionWarnings?:[]ExpressionWarning
admissionregistration.v1.ValidatingAdmissionPolicy metadata+:meta.v1.ObjectMeta spec+:ValidatingAdmissionPolicySpec status+:ValidatingAdmissionPolicyStatus
admissionregistration.v1.ValidatingAdmissionPolicyBinding metadata+:meta.v1.ObjectMeta spec!+:ValidatingAdmissionPolicyBindingSpec
admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec policyName!?:string paramRef:ParamRef matchResources:MatchResources validationActions!?:[=]"Audit|Deny|Warn"
admissionregistration.v1.ValidatingAdmissionPolicySpec paramKind:ParamKind matchConstraints:MatchResources validations?:[]Validation failurePolicy:"Fail|Ignore" auditAnnotations?:[]AuditAnnotation matchConditions?:[name]MatchCondition~name variables?:[name]Variable~name
admissionregistration.v1.ValidatingAdmissionPolicyStatus observedGeneration?:long typeChecking:TypeChecking conditions?:[type]meta.v1.Condition
admissionregistration.v1.ValidatingWebhook name!+:string clientConfig!+:WebhookClientConfig rules?:[]RuleWithOperations failurePolicy:"Fail|Ignore" matchPolicy:"Equivalent|Exact" namespaceSelector:meta.v1.LabelSelector objectSelector:meta.v1.LabelSelector sideEffects!+:"None|NoneOnDryRun|Some|Unknown" timeoutSeconds:int admissionReviewVersions!+:[]string matchConditions?:[name]MatchCondition~name
admissionregistration.v1.ValidatingWebhookConfiguration metadata+:meta.v1.ObjectMeta webhooks?:[name]ValidatingWebhook~name
admissionregistration.v1.Validation expression!+:string message?:string reason:string messageExpression?:string
admissionregistration.v1.Variable% name!+:string expression!+:string
admissionregistration.v1.WebhookClientConfig url:string service:ServiceReference caBundle?:bytes
apiextensions.v1.CustomResourceColumnDefinition name!+:string type!+:string format?:string description?:string priority?:int jsonPath!+:string
apiextensions.v1.CustomResourceConversion strategy!+:string webhook:WebhookConversion
apiextensions.v1.CustomResourceDefinition metadata+:meta.v1.ObjectMeta spec!+:CustomResourceDefinitionSpec status+:CustomResourceDefinitionStatus
apiextensions.v1.CustomResourceDefinitionCondition type!+:string status!+:string lastTransitionTime+:time reason?:string message?:string observedGeneration?:long
apiextensions.v1.CustomResourceDefinitionNames plural!+:string singular?:string shortNames?:[]string kind!+:string listKind?:string categories?:[]string
apiextensions.v1.CustomResourceDefinitionSpec group!+:string names!+:CustomResourceDefinitionNames scope!+:string versions!+:[]CustomResourceDefinitionVersion conversion:CustomResourceConversion preserveUnknownFields?:bool
apiextensions.v1.CustomResourceDefinitionStatus conditions+:[type]CustomResourceDefinitionCondition acceptedNames+:CustomResourceDefinitionNames storedVersions+:[]string observedGeneration?:long
apiextensions.v1.CustomResourceDefinitionVersion name!+:string served!+:bool storage!+:bool deprecated?:bool deprecationWarning:string schema:CustomResourceValidation subresources:CustomResourceSubresources additionalPrinterColumns?:[]CustomResourceColumnDefinition selectableFields?:[]SelectableField
apiextensions.v1.CustomResourceSubresourceScale specReplicasPath!+:string statusReplicasPath!+:string labelSelectorPath:string
apiextensions.v1.CustomResourceSubresources status:any scale:CustomResourceSubresourceScale
apiextensions.v1.CustomResourceValidation openAPIV3Schema:JSONSchemaProps
apiextensions.v1.ExternalDocumentation description?:string url?:string
apiextensions.v1.JSONSchemaProps id?:string $schema?:string $ref:string description?:string type?:string format?:string title?:string default:any maximum:float exclusiveMaximum?:bool minimum:float exclusiveMinimum?:bool maxLength:long minLength:long pattern?:string maxItems:long minItems:long uniqueItems?:bool multipleOf:float enum?:[]any maxProperties:long minProperties:long required?:[]string items:any allOf?:[]JSONSchemaProps oneOf?:[]JSONSchemaProps anyOf?:[]JSONSchemaProps not:JSONSchemaProps properties?:{}JSONSchemaProps additionalProperties:any patternProperties?:{}JSONSchemaProps dependencies?:{}any additionalItems:any definitions?:{}JSONSchemaProps externalDocs:ExternalDocumentation example:any nullable?:bool x-kubernetes-preserve-unknown-fields:bool x-kubernetes-embedded-resource?:bool x-kubernetes-int-or-string?:bool x-kubernetes-list-map-keys?:[]string x-kubernetes-list-type:string x-kubernetes-map-type:string x-kubernetes-validations?:[rule]ValidationRule~rule
apiextensions.v1.SelectableField jsonPath!+:string
apiextensions.v1.ServiceReference namespace!+:string name!+:string path:string port:int
apiextensions.v1.ValidationRule rule!+:string message?:string messageExpression?:string reason:"FieldValueDuplicate|FieldValueForbidden|FieldValueInvalid|FieldValueRequired" fieldPath?:string optionalOldSelf:bool
apiextensions.v1.WebhookClientConfig url:string service:ServiceReference caBundle?:bytes
apiextensions.v1.WebhookConversion clientConfig:WebhookClientConfig conversionReviewVersions!+:[]string
apiregistration.v1.APIService metadata+:meta.v1.ObjectMeta spec+:APIServiceSpec status+:APIServiceStatus
apiregistration.v1.APIServiceCondition type!+:string status!+:string lastTransitionTime+:time reason?:string message?:string
apiregistration.v1.APIServiceSpec service:ServiceReference group?:string version?:string insecureSkipTLSVerify?:bool caBundle?:bytes groupPriorityMinimum!+:int versionPriority!+:int
apiregistration.v1.APIServiceStatus conditions?:[type]APIServiceCondition~type
apiregistration.v1.ServiceReference namespace?:string name?:string port:int
apps.v1.ControllerRevision metadata+:meta.v1.ObjectMeta data+:any revision!+:long
apps.v1.DaemonSet metadata+:meta.v1.ObjectMeta spec+:DaemonSetSpec status+:DaemonSetStatus
apps.v1.DaemonSetCondition type!+:string status!+:string lastTransitionTime+:time reason?:string message?:string
apps.v1.DaemonSetSpec selector!+:meta.v1.LabelSelector template!+:core.v1.PodTemplateSpec updateStrategy+:DaemonSetUpdateStrategy minReadySeconds?:int revisionHistoryLimit:int
apps.v1.DaemonSetStatus currentNumberScheduled!+:int numberMisscheduled!+:int desiredNumberScheduled!+:int numberReady!+:int observedGeneration?:long updatedNumberScheduled?:int numberAvailable?:int numberUnavailable?:int collisionCount:int conditions?:[type]DaemonSetCondition~type
apps.v1.DaemonSetUpdateStrategy type?:"OnDelete|RollingUpdate" rollingUpdate:RollingUpdateDaemonSet
apps.v1.Deployment metadata+:meta.v1.ObjectMeta spec+:DeploymentSpec status+:DeploymentStatus
apps.v1.DeploymentCondition type!+:string status!+:string lastUpdateTime+:time lastTransitionTime+:time reason?:string message?:string
apps.v1.DeploymentSpec replicas:int selector!+:meta.v1.LabelSelector template!+:core.v1.PodTemplateSpec strategy+:DeploymentStrategy~^ minReadySeconds?:int revisionHistoryLimit:int paused?:bool progressDeadlineSeconds:int
apps.v1.DeploymentStatus observedGeneration?:long replicas?:int updatedReplicas?:int readyReplicas?:int availableReplicas?:int unavailableReplicas?:int terminatingReplicas:int conditions?:[type]DeploymentCondition~type collisionCount:int
apps.v1.DeploymentStrategy type?:"Recreate|RollingUpdate" rollingUpdate:RollingUpdateDeployment
apps.v1.ReplicaSet metadata+:meta.v1.ObjectMeta spec+:ReplicaSetSpec status+:ReplicaSetStatus
apps.v1.ReplicaSetCondition type!+:string status!+:string lastTransitionTime+:time reason?:string message?:string
apps.v1.ReplicaSetSpec replicas:int minReadySeconds?:int selector!+:meta.v1.LabelSelector template+:core.v1.PodTemplateSpec
apps.v1.ReplicaSetStatus replicas!+:int fullyLabeledReplicas?:int readyReplicas?:int availableReplicas?:int terminatingReplicas:int observedGeneration?:long conditions?:[type]ReplicaSetCondition~type
apps.v1.RollingUpdateDaemonSet maxUnavailable:intOrString maxSurge:intOrString
apps.v1.RollingUpdateDeployment maxUnavailable:intOrString maxSurge:intOrString
apps.v1.RollingUpdateStatefulSetStrategy partition:int maxUnavailable:intOrString
apps.v1.StatefulSet metadata+:meta.v1.ObjectMeta spec+:StatefulSetSpec status+:StatefulSetStatus
apps.v1.StatefulSetCondition type!+:string status!+:string lastTransitionTime+:time reason?:string message?:string
apps.v1.StatefulSetOrdinals start+:int
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted?:string whenScaled?:string
apps.v1.StatefulSetSpec replicas:int selector!+:meta.v1.LabelSelector template!+:core.v1.PodTemplateSpec volumeClaimTemplates?:[]core.v1.PersistentVolumeClaim serviceName+:string podManagementPolicy?:"OrderedReady|Parallel" updateStrategy+:StatefulSetUpdateStrategy revisionHistoryLimit:int minReadySeconds?:int persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy ordinals:StatefulSetOrdinals
apps.v1.StatefulSetStatus observedGeneration?:long replicas!+:int readyReplicas?:int currentReplicas?:int updatedReplicas?:int currentRevision?:string updateRevision?:string collisionCount:int conditions?:[type]StatefulSetCondition~type availableReplicas+:int
apps.v1.StatefulSetUpdateStrategy type?:"OnDelete|RollingUpdate" rollingUpdate:RollingUpdateStatefulSetStrategy
authentication.v1.BoundObjectReference kind?:string apiVersion?:string name?:string uid?:string
authentication.v1.SelfSubjectReview metadata+:meta.v1.ObjectMeta status+:SelfSubjectReviewStatus
authentication.v1.SelfSubjectReviewStatus userInfo+:UserInfo
authentication.v1.TokenRequest metadata+:meta.v1.ObjectMeta spec+:TokenRequestSpec status+:TokenRequestStatus
authentication.v1.TokenRequestSpec audiences+:[]string expirationSeconds+:long boundObjectRef+:BoundObjectReference
authentication.v1.TokenRequestStatus token+:string expirationTimestamp+:time
authentication.v1.TokenReview metadata+:meta.v1.ObjectMeta spec!+:TokenReviewSpec status+:TokenReviewStatus
authentication.v1.TokenReviewSpec token!?:string audiences?:[]string
authentication.v1.TokenReviewStatus authenticated?:bool user+:UserInfo audiences?:[]string error?:string
authentication.v1.UserInfo username?:string uid?:string groups?:[]string extra?:{}[]string
authorization.v1.FieldSelectorAttributes rawSelector?:string requirements?:[]meta.v1.FieldSelectorRequirement
authorization.v1.LabelSelectorAttributes rawSelector?:string requirements?:[]meta.v1.LabelSelectorRequirement
authorization.v1.LocalSubjectAccessReview metadata+:meta.v1.ObjectMeta spec!+:SubjectAccessReviewSpec status+:SubjectAccessReviewStatus
authorization.v1.NonResourceAttributes path?:string verb?:string
authorization.v1.NonResourceRule verbs!+:[]string nonResourceURLs?:[]string
authorization.v1.ResourceAttributes namespace?:string verb?:string group?:string version?:string resource?:string subresource?:string name?:string fieldSelector:FieldSelectorAttributes labelSelector:LabelSelectorAttributes
authorization.v1.ResourceRule verbs!+:[]string apiGroups?:[]string resources?:[]string resourceNames?:[]string
authorization.v1.SelfSubjectAccessReview metadata+:meta.v1.ObjectMeta spec!+:SelfSubjectAccessReviewSpec status+:SubjectAccessReviewStatus
authorization.v1.SelfSubjectAccessReviewSpec resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes
authorization.v1.SelfSubjectRulesReview metadata+:meta.v1.ObjectMeta spec!+:SelfSubjectRulesReviewSpec status+:SubjectRulesReviewStatus
authorization.v1.SelfSubjectRulesReviewSpec namespace?:string
authorization.v1.SubjectAccessReview metadata+:meta.v1.ObjectMeta spec!+:SubjectAccessReviewSpec status+:SubjectAccessReviewStatus
authorization.v1.SubjectAccessReviewSpec resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes user?:string groups?:[]string extra?:{}[]string uid?:string
authorization.v1.SubjectAccessReviewStatus allowed!+:bool denied?:bool reason?:string evaluationError?:string
authorization.v1.SubjectRulesReviewStatus resourceRules!+:[]ResourceRule nonResourceRules!+:[]NonResourceRule incomplete!+:bool evaluationError?:string
autoscaling.v1.CrossVersionObjectReference% kind!+:string name!+:string apiVersion?:string
autoscaling.v1.HorizontalPodAutoscaler metadata+:meta.v1.ObjectMeta spec!+:HorizontalPodAutoscalerSpec status+:HorizontalPodAutoscalerStatus
autoscaling.v1.HorizontalPodAutoscalerSpec scaleTargetRef!+:CrossVersionObjectReference minReplicas:int maxReplicas!+:int targetCPUUtilizationPercentage:int
autoscaling.v1.HorizontalPodAutoscalerStatus observedGeneration:long lastScaleTime:time currentReplicas!+:int desiredReplicas!+:int currentCPUUtilizationPercentage:int
autoscaling.v1.Scale metadata+:meta.v1.ObjectMeta spec+:ScaleSpec status+:ScaleStatus
autoscaling.v1.ScaleSpec replicas?:int
autoscaling.v1.ScaleStatus replicas!+:int selector?:string
autoscaling.v2.ContainerResourceMetricSource name!+:string target!+:MetricTarget container!+:string
autoscaling.v2.ContainerResourceMetricStatus name!+:string current!+:MetricValueStatus container!+:string
autoscaling.v2.CrossVersionObjectReference kind!+:string name!+:string apiVersion?:string
autoscaling.v2.ExternalMetricSource metric!+:MetricIdentifier target!+:MetricTarget
autoscaling.v2.ExternalMetricStatus metric!+:MetricIdentifier current!+:MetricValueStatus
autoscaling.v2.HPAScalingPolicy type!+:string value!+:int periodSeconds!+:int
autoscaling.v2.HPAScalingRules stabilizationWindowSeconds:int selectPolicy:string policies?:[]HPAScalingPolicy tolerance:quantity
autoscaling.v2.HorizontalPodAutoscaler metadata+:meta.v1.ObjectMeta spec!+:HorizontalPodAutoscalerSpec status+:HorizontalPodAutoscalerStatus
autoscaling.v2.HorizontalPodAutoscalerBehavior scaleUp:HPAScalingRules scaleDown:HPAScalingRules
autoscaling.v2.HorizontalPodAutoscalerCondition type!+:string status!+:string lastTransitionTime+:time reason?:string message?:string
autoscaling.v2.HorizontalPodAutoscalerSpec scaleTargetRef!+:CrossVersionObjectReference minReplicas:int maxReplicas!+:int metrics?:[]MetricSpec behavior:HorizontalPodAutoscalerBehavior
autoscaling.v2.HorizontalPodAutoscalerStatus observedGeneration:long lastScaleTime:time currentReplicas?:int desiredReplicas!+:int currentMetrics+:[]MetricStatus conditions?:[type]HorizontalPodAutoscalerCondition~type
autoscaling.v2.MetricIdentifier name!+:string selector:meta.v1.LabelSelector
autoscaling.v2.MetricSpec type!+:string object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource containerResource:ContainerResourceMetricSource external:ExternalMetricSource
autoscaling.v2.MetricStatus type!+:string object:ObjectMetricStatus pods:PodsMetricStatus resource:ResourceMetricStatus containerResource:ContainerResourceMetricStatus external:ExternalMetricStatus
autoscaling.v2.MetricTarget type!+:string value:quantity averageValue:quantity averageUtilization:int
autoscaling.v2.MetricValueStatus value:quantity averageValue:quantity averageUtilization:int
autoscaling.v2.ObjectMetricSource describedObject!+:CrossVersionObjectReference target!+:MetricTarget metric!+:MetricIdentifier
autoscaling.v2.ObjectMetricStatus metric!+:MetricIdentifier current!+:MetricValueStatus describedObject!+:CrossVersionObjectReference
autoscaling.v2.PodsMetricSource metric!+:MetricIdentifier target!+:MetricTarget
autoscaling.v2.PodsMetricStatus metric!+:MetricIdentifier current!+:MetricValueStatus
autoscaling.v2.ResourceMetricSource name!+:string target!+:MetricTarget
autoscaling.v2.ResourceMetricStatus name!+:string current!+:MetricValueStatus
batch.v1.CronJob metadata+:meta.v1.ObjectMeta spec!+:CronJobSpec status+:CronJobStatus
batch.v1.CronJobSpec schedule!+:string timeZone:string startingDeadlineSeconds:long concurrencyPolicy?:"Allow|Forbid|Replace" suspend:bool jobTemplate!+:JobTemplateSpec successfulJobsHistoryLimit:int failedJobsHistoryLimit:int
batch.v1.CronJobStatus active?:[]core.v1.ObjectReference lastScheduleTime:time lastSuccessfulTime:time
batch.v1.Job metadata+:meta.v1.ObjectMeta spec+:JobSpec status+:JobStatus
batch.v1.JobCondition type!+:string status!+:string lastProbeTime+:time lastTransitionTime+:time reason?:string message?:string
batch.v1.JobSpec parallelism:int completions:int activeDeadlineSeconds:long podFailurePolicy:PodFailurePolicy successPolicy:SuccessPolicy backoffLimit:int backoffLimitPerIndex:int maxFailedIndexes:int selector:meta.v1.LabelSelector manualSelector:bool template!+:core.v1.PodTemplateSpec ttlSecondsAfterFinished:int completionMode:"Indexed|NonIndexed" suspend:bool podReplacementPolicy:"Failed|TerminatingOrFailed" managedBy:string
batch.v1.JobStatus conditions?:[]JobCondition~type startTime:time completionTime:time active?:int succeeded?:int failed?:int terminating:int completedIndexes?:string failedIndexes:string uncountedTerminatedPods:UncountedTerminatedPods ready:int
batch.v1.JobTemplateSpec metadata+:meta.v1.ObjectMeta spec+:JobSpec
batch.v1.PodFailurePolicy rules!+:[]PodFailurePolicyRule
batch.v1.PodFailurePolicyOnExitCodesRequirement containerName:string operator!+:"In|NotIn" values!+:[=]int
batch.v1.PodFailurePolicyOnPodConditionsPattern type!+:string status+:string
batch.v1.PodFailurePolicyRule action!+:"Count|FailIndex|FailJob|Ignore" onExitCodes:PodFailurePolicyOnExitCodesRequirement onPodConditions?:[]PodFailurePolicyOnPodConditionsPattern
batch.v1.SuccessPolicy rules!+:[]SuccessPolicyRule
batch.v1.SuccessPolicyRule succeededIndexes:string succeededCount:int
batch.v1.UncountedTerminatedPods succeeded?:[=]string failed?:[=]string
certificates.v1.CertificateSigningRequest metadata+:meta.v1.ObjectMeta spec!+:CertificateSigningRequestSpec status+:CertificateSigningRequestStatus
certificates.v1.CertificateSigningRequestCondition type!+:string status!+:string reason?:string message?:string lastUpdateTime+:time lastTransitionTime+:time
certificates.v1.CertificateSigningRequestSpec request!+:bytes signerName!+:string expirationSeconds:int usages?:[]"any|cert sign|client auth|code signing|content commitment|crl sign|data encipherment|decipher only|digital signature|email protection|encipher only|ipsec end system|ipsec tunnel|ipsec user|key agreement|key encipherment|microsoft sgc|netscape sgc|ocsp signing|s/mime|server auth|signing|timestamping" username?:string uid?:string groups?:[]string extra?:{}[]string
certificates.v1.CertificateSigningRequestStatus conditions?:[type]CertificateSigningRequestCondition certificate?:bytes
coordination.v1.Lease metadata+:meta.v1.ObjectMeta spec+:LeaseSpec
coordination.v1.LeaseSpec holderIdentity:string leaseDurationSeconds:int acquireTime:microTime renewTime:microTime leaseTransitions:int strategy:string preferredHolder:string
core.v1.AWSElasticBlockStoreVolumeSource volumeID!+:string fsType?:string partition?:int readOnly?:bool
core.v1.Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
core.v1.AppArmorProfile type!+:"Localhost|RuntimeDefault|Unconfined" localhostProfile:string
core.v1.AttachedVolume name!+:string devicePath!+:string
core.v1.AzureDiskVolumeSource diskName!+:string diskURI!+:string cachingMode:"None|ReadOnly|ReadWrite" fsType:string readOnly:bool kind:"Dedicated|Managed|Shared"
core.v1.AzureFilePersistentVolumeSource secretName!+:string shareName!+:string readOnly?:bool secretNamespace+:string
core.v1.AzureFileVolumeSource secretName!+:string shareName!+:string readOnly?:bool
core.v1.Binding metadata+:meta.v1.ObjectMeta target!+:ObjectReference
core.v1.CSIPersistentVolumeSource driver!+:string volumeHandle!+:string readOnly?:bool fsType?:string volumeAttributes?:{}string controllerPublishSecretRef:SecretReference nodeStageSecretRef:SecretReference nodePublishSecretRef:SecretReference controllerExpandSecretRef:SecretReference nodeExpandSecretRef:SecretReference
core.v1.CSIVolumeSource driver!+:string readOnly:bool fsType:string volumeAttributes?:{}string nodePublishSecretRef:LocalObjectReference
core.v1.Capabilities add?:[]string drop?:[]string
core.v1.CephFSPersistentVolumeSource monitors!+:[]string path?:string user?:string secretFile?:string secretRef:SecretReference readOnly?:bool
core.v1.CephFSVolumeSource monitors!+:[]string path?:string user?:string secretFile?:string secretRef:LocalObjectReference readOnly?:bool
core.v1.CinderPersistentVolumeSource volumeID!+:string fsType?:string readOnly?:bool secretRef:SecretReference
core.v1.CinderVolumeSource volumeID!+:string fsType?:string readOnly?:bool secretRef:LocalObjectReference
core.v1.ClientIPConfig timeoutSeconds:int
core.v1.ClusterTrustBundleProjection name:string signerName:string labelSelector:meta.v1.LabelSelector optional:bool path!+:string
core.v1.ComponentCondition type!+:string status!+:string message?:string error?:string
core.v1.ComponentStatus metadata+:meta.v1.ObjectMeta conditions?:[type]ComponentCondition~type
core.v1.ConfigMap metadata+:meta.v1.ObjectMeta immutable:bool data?:{}string binaryData?:{}bytes
core.v1.ConfigMapEnvSource name?:string optional:bool
core.v1.ConfigMapKeySelector% name?:string key!+:string optional:bool
core.v1.ConfigMapNodeConfigSource namespace!+:string name!+:string uid?:string resourceVersion?:string kubeletConfigKey!+:string
core.v1.ConfigMapProjection name?:string items?:[]KeyToPath optional:bool
core.v1.ConfigMapVolumeSource name?:string items?:[]KeyToPath defaultMode:int optional:bool
core.v1.Container name!+:string image?:string command?:[]string args?:[]string workingDir?:string ports?:[containerPort+protocol]ContainerPort~containerPort envFrom?:[]EnvFromSource env?:[name]EnvVar~name resources+:ResourceRequirements resizePolicy?:[]ContainerResizePolicy restartPolicy:string restartPolicyRules?:[]ContainerRestartRule volumeMounts?:[mountPath]VolumeMount~mountPath volumeDevices?:[devicePath]VolumeDevice~devicePath livenessProbe:Probe readinessProbe:Probe startupProbe:Probe lifecycle:Lifecycle terminationMessagePath?:string terminationMessagePolicy?:"FallbackToLogsOnError|File" imagePullPolicy?:"Always|IfNotPresent|Never" securityContext:SecurityContext stdin?:bool stdinOnce?:bool tty?:bool
core.v1.ContainerExtendedResourceRequest containerName!+:string resourceName!+:string requestName!+:string
core.v1.ContainerImage names+:[]string sizeBytes?:long
core.v1.ContainerPort name?:string hostPort?:int containerPort!+:int protocol?:"SCTP|TCP|UDP" hostIP?:string
core.v1.ContainerResizePolicy resourceName!+:string restartPolicy!+:string
core.v1.ContainerRestartRule action!?:string exitCodes:ContainerRestartRuleOnExitCodes
core.v1.ContainerRestartRuleOnExitCodes operator!?:string values?:[=]int
core.v1.ContainerState waiting:ContainerStateWaiting running:ContainerStateRunning terminated:ContainerStateTerminated
core.v1.ContainerStateRunning startedAt+:time
core.v1.ContainerStateTerminated exitCode!+:int signal?:int reason?:string message?:string startedAt+:time finishedAt+:time containerID?:string
core.v1.ContainerStateWaiting reason?:string message?:string
core.v1.ContainerStatus name!+:string state+:ContainerState lastState+:ContainerState ready!+:bool restartCount!+:int image!+:string imageID!+:string containerID?:string started:bool allocatedResources?:{}quantity resources:ResourceRequirements volumeMounts?:[mountPath]VolumeMountStatus~mountPath user:ContainerUser allocatedResourcesStatus?:[name]ResourceStatus~name stopSignal:"SIGABRT|SIGALRM|SIGBUS|SIGCHLD|SIGCLD|SIGCONT|SIGFPE|SIGHUP|SIGILL|SIGINT|SIGIO|SIGIOT|SIGKILL|SIGPIPE|SIGPOLL|SIGPROF|SIGPWR|SIGQUIT|SIGRTMAX|SIGRTMAX-1|SIGRTMAX-10|SIGRTMAX-11|SIGRTMAX-12|SIGRTMAX-13|SIGRTMAX-14|SIGRTMAX-2|SIGRTMAX-3|SIGRTMAX-4|SIGRTMAX-5|SIGRTMAX-6|SIGRTMAX-7|SIGRTMAX-8|SIGRTMAX-9|SIGRTMIN|SIGRTMIN+1|SIGRTMIN+10|SIGRTMIN+11|SIGRTMIN+12|SIGRTMIN+13|SIGRTMIN+14|SIGRTMIN+15|SIGRTMIN+2|SIGRTMIN+3|SIGRTMIN+4|SIGRTMIN+5|SIGRTMIN+6|SIGRTMIN+7|SIGRTMIN+8|SIGRTMIN+9|SIGSEGV|SIGSTKFLT|SIGSTOP|SIGSYS|SIGTERM|SIGTRAP|SIGTSTP|SIGTTIN|SIGTTOU|SIGURG|SIGUSR1|SIGUSR2|SIGVTALRM|SIGWINCH|SIGXCPU|SIGXFSZ"
core.v1.ContainerUser linux:LinuxContainerUser
core.v1.DaemonEndpoint Port!+:int
core.v1.DownwardAPIProjection items?:[]DownwardAPIVolumeFile
core.v1.DownwardAPIVolumeFile path!+:string fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector mode:int
core.v1.DownwardAPIVolumeSource items?:[]DownwardAPIVolumeFile defaultMode:int
core.v1.EmptyDirVolumeSource medium?:string sizeLimit:quantity
core.v1.EndpointAddress% ip!+:string hostname?:string nodeName:string targetRef:ObjectReference
core.v1.EndpointPort% name?:string port!+:int protocol?:"SCTP|TCP|UDP" appProtocol:string
core.v1.EndpointSubset addresses?:[]EndpointAddress notReadyAddresses?:[]EndpointAddress ports?:[]EndpointPort
core.v1.Endpoints metadata+:meta.v1.ObjectMeta subsets?:[]EndpointSubset
core.v1.EnvFromSource prefix?:string configMapRef:ConfigMapEnvSource secretRef:SecretEnvSource
core.v1.EnvVar name!+:string value?:string valueFrom:EnvVarSource
core.v1.EnvVarSource fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector configMapKeyRef:ConfigMapKeySelector secretKeyRef:SecretKeySelector fileKeyRef:FileKeySelector
core.v1.EphemeralContainer name!+:string image?:string command?:[]string args?:[]string workingDir?:string ports?:[containerPort+protocol]ContainerPort~containerPort envFrom?:[]EnvFromSource env?:[name]EnvVar~name resources+:ResourceRequirements resizePolicy?:[]ContainerResizePolicy restartPolicy:string restartPolicyRules?:[]ContainerRestartRule volumeMounts?:[mountPath]VolumeMount~mountPath volumeDevices?:[devicePath]VolumeDevice~devicePath livenessProbe:Probe readinessProbe:Probe startupProbe:Probe lifecycle:Lifecycle terminationMessagePath?:string terminationMessagePolicy?:"FallbackToLogsOnError|File" imagePullPolicy?:"Always|IfNotPresent|Never" securityContext:SecurityContext stdin?:bool stdinOnce?:bool tty?:bool targetContainerName?:string
core.v1.EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate
core.v1.Event metadata!+:meta.v1.ObjectMeta involvedObject!+:ObjectReference reason?:string message?:string source+:EventSource firstTimestamp+:time lastTimestamp+:time count?:int type?:string eventTime+:microTime series:EventSeries action?:string related:ObjectReference reportingComponent+:string reportingInstance+:string
core.v1.EventSeries count?:int lastObservedTime+:microTime
core.v1.EventSource component?:string host?:string
core.v1.ExecAction command?:[]string
core.v1.FCVolumeSource targetWWNs?:[]string lun:int fsType?:string readOnly?:bool wwids?:[]string
core.v1.FileKeySelector% volumeName!+:string path!+:string key!+:string optional:bool
core.v1.FlexPersistentVolumeSource driver!+:string fsType?:string secretRef:SecretReference readOnly?:bool options?:{}string
core.v1.FlexVolumeSource driver!+:string fsType?:string secretRef:LocalObjectReference readOnly?:bool options?:{}string
core.v1.FlockerVolumeSource datasetName?:string datasetUUID?:string
core.v1.GCEPersistentDiskVolumeSource pdName!+:string fsType?:string partition?:int readOnly?:bool
core.v1.GRPCAction port!+:int service+:string
core.v1.GitRepoVolumeSource repository!+:string revision?:string directory?:string
core.v1.GlusterfsPersistentVolumeSource endpoints!+:string path!+:string readOnly?:bool endpointsNamespace:string
core.v1.GlusterfsVolumeSource endpoints!+:string path!+:string readOnly?:bool
core.v1.HTTPGetAction path?:string port!+:intOrString host?:string scheme?:"HTTP|HTTPS" httpHeaders?:[]HTTPHeader
core.v1.HTTPHeader name!+:string value!+:string
core.v1.HostAlias ip!+:string hostnames?:[]string
core.v1.HostIP ip!+:string
core.v1.HostPathVolumeSource path!+:string type:"|BlockDevice|CharDevice|Directory|DirectoryOrCreate|File|FileOrCreate|Socket"
core.v1.ISCSIPersistentVolumeSource targetPortal!+:string iqn!+:string lun!+:int iscsiInterface?:string fsType?:string readOnly?:bool portals?:[]string chapAuthDiscovery?:bool chapAuthSession?:bool secretRef:SecretReference initiatorName:string
core.v1.ISCSIVolumeSource targetPortal!+:string iqn!+:string lun!+:int iscsiInterface?:string fsType?:string readOnly?:bool portals?:[]string chapAuthDiscovery?:bool chapAuthSession?:bool secretRef:LocalObjectReference initiatorName:string
core.v1.ImageVolumeSource reference?:string pullPolicy?:"Always|IfNotPresent|Never"
core.v1.ImageVolumeStatus imageRef!?:string
core.v1.KeyToPath key!+:string path!+:string mode:int
core.v1.Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:"SIGABRT|SIGALRM|SIGBUS|SIGCHLD|SIGCLD|SIGCONT|SIGFPE|SIGHUP|SIGILL|SIGINT|SIGIO|SIGIOT|SIGKILL|SIGPIPE|SIGPOLL|SIGPROF|SIGPWR|SIGQUIT|SIGRTMAX|SIGRTMAX-1|SIGRTMAX-10|SIGRTMAX-11|SIGRTMAX-12|SIGRTMAX-13|SIGRTMAX-14|SIGRTMAX-2|SIGRTMAX-3|SIGRTMAX-4|SIGRTMAX-5|SIGRTMAX-6|SIGRTMAX-7|SIGRTMAX-8|SIGRTMAX-9|SIGRTMIN|SIGRTMIN+1|SIGRTMIN+10|SIGRTMIN+11|SIGRTMIN+12|SIGRTMIN+13|SIGRTMIN+14|SIGRTMIN+15|SIGRTMIN+2|SIGRTMIN+3|SIGRTMIN+4|SIGRTMIN+5|SIGRTMIN+6|SIGRTMIN+7|SIGRTMIN+8|SIGRTMIN+9|SIGSEGV|SIGSTKFLT|SIGSTOP|SIGSYS|SIGTERM|SIGTRAP|SIGTSTP|SIGTTIN|SIGTTOU|SIGURG|SIGUSR1|SIGUSR2|SIGVTALRM|SIGWINCH|SIGXCPU|SIGXFSZ"
core.v1.LifecycleHandler exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction sleep:SleepAction
core.v1.LimitRange metadata+:meta.v1.ObjectMeta spec+:LimitRangeSpec
core.v1.LimitRangeItem type!+:string max?:{}quantity min?:{}quantity default?:{}quantity defaultRequest?:{}quantity maxLimitRequestRatio?:{}quantity
core.v1.LimitRangeSpec limits!+:[]LimitRangeItem
core.v1.LinuxContainerUser uid!+:long gid!+:long supplementalGroups?:[]long
core.v1.LoadBalancerIngress ip?:string hostname?:string ipMode:string ports?:[]PortStatus
core.v1.LoadBalancerStatus ingress?:[]LoadBalancerIngress
core.v1.LocalObjectReference% name?:string
core.v1.LocalVolumeSource path!+:string fsType:string
core.v1.ModifyVolumeStatus targetVolumeAttributesClassName?:string status!+:"InProgress|Infeasible|Pending"
core.v1.NFSVolumeSource server!+:string path!+:string readOnly?:bool
core.v1.Namespace metadata+:meta.v1.ObjectMeta spec+:NamespaceSpec status+:NamespaceStatus
core.v1.NamespaceCondition type!+:string status!+:string lastTransitionTime+:time reason?:string message?:string
core.v1.NamespaceSpec finalizers?:[]string
core.v1.NamespaceStatus phase?:"Active|Terminating" conditions?:[type]NamespaceCondition~type
core.v1.Node metadata+:meta.v1.ObjectMeta spec+:NodeSpec status+:NodeStatus
core.v1.NodeAddress type!+:string address!+:string
core.v1.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:NodeSelector preferredDuringSchedulingIgnoredDuringExecution?:[]PreferredSchedulingTerm
core.v1.NodeAllocatableResourceClaimStatus resourceClaimName!+:string containers?:[=]string resources!+:{}quantity
core.v1.NodeCondition type!+:string status!+:string lastHeartbeatTime+:time lastTransitionTime+:time reason?:string message?:string
core.v1.NodeConfigSource configMap:ConfigMapNodeConfigSource
core.v1.NodeConfigStatus assigned:NodeConfigSource active:NodeConfigSource lastKnownGood:NodeConfigSource error?:string
core.v1.NodeDaemonEndpoints kubeletEndpoint+:DaemonEndpoint
core.v1.NodeFeatures supplementalGroupsPolicy:bool
core.v1.NodeRuntimeHandler name+:string features:NodeRuntimeHandlerFeatures
core.v1.NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:bool userNamespaces:bool
core.v1.NodeSelector% nodeSelectorTerms!+:[]NodeSelectorTerm
core.v1.NodeSelectorRequirement key!+:string operator!+:"DoesNotExist|Exists|Gt|In|Lt|NotIn" values?:[]string
core.v1.NodeSelectorTerm% matchExpressions?:[]NodeSelectorRequirement matchFields?:[]NodeSelectorRequirement
core.v1.NodeSpec podCIDR?:string podCIDRs?:[=]string~. providerID?:string unschedulable?:bool taints?:[]Taint configSource:NodeConfigSource externalID?:string
core.v1.NodeStatus capacity?:{}quantity allocatable?:{}quantity phase?:"Pending|Running|Terminated" conditions?:[type]NodeCondition~type addresses?:[type]NodeAddress~type daemonEndpoints+:NodeDaemonEndpoints nodeInfo+:NodeSystemInfo images?:[]ContainerImage volumesInUse?:[]string volumesAttached?:[]AttachedVolume config:NodeConfigStatus runtimeHandlers?:[]NodeRuntimeHandler features:NodeFeatures declaredFeatures?:[]string
core.v1.NodeSwapStatus capacity:long
core.v1.NodeSystemInfo machineID!+:string systemUUID!+:string bootID!+:string kernelVersion!+:string osImage!+:string containerRuntimeVersion!+:string kubeletVersion!+:string kubeProxyVersion!+:string operatingSystem!+:string architecture!+:string swap:NodeSwapStatus
core.v1.ObjectFieldSelector% apiVersion?:string fieldPath!+:string
core.v1.ObjectReference% kind?:string namespace?:string name?:string uid?:string apiVersion?:string resourceVersion?:string fieldPath?:string
core.v1.PersistentVolume metadata+:meta.v1.ObjectMeta spec+:PersistentVolumeSpec status+:PersistentVolumeStatus
core.v1.PersistentVolumeClaim metadata+:meta.v1.ObjectMeta spec+:PersistentVolumeClaimSpec status+:PersistentVolumeClaimStatus
core.v1.PersistentVolumeClaimCondition type!+:string status!+:string lastProbeTime+:time lastTransitionTime+:time reason?:string message?:string
core.v1.PersistentVolumeClaimSpec accessModes?:[]"ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod" selector:meta.v1.LabelSelector resources+:VolumeResourceRequirements volumeName?:string storageClassName:string volumeMode:"Block|Filesystem" dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference volumeAttributesClassName:string
core.v1.PersistentVolumeClaimStatus phase?:"Bound|Lost|Pending" accessModes?:[]"ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod" capacity?:{}quantity conditions?:[type]PersistentVolumeClaimCondition~type allocatedResources?:{}quantity allocatedResourceStatuses?:{}"ControllerResizeInProgress|ControllerResizeInfeasible|NodeResizeInProgress|NodeResizeInfeasible|NodeResizePending" currentVolumeAttributesClassName:string modifyVolumeStatus:ModifyVolumeStatus
core.v1.PersistentVolumeClaimTemplate metadata+:meta.v1.ObjectMeta spec!+:PersistentVolumeClaimSpec
core.v1.PersistentVolumeClaimVolumeSource claimName!+:string readOnly?:bool
core.v1.PersistentVolumeSpec capacity?:{}quantity gcePersistentDisk:GCEPersistentDiskVolumeSource awsElasticBlockStore:AWSElasticBlockStoreVolumeSource hostPath:HostPathVolumeSource glusterfs:GlusterfsPersistentVolumeSource nfs:NFSVolumeSource rbd:RBDPersistentVolumeSource iscsi:ISCSIPersistentVolumeSource cinder:CinderPersistentVolumeSource cephfs:CephFSPersistentVolumeSource fc:FCVolumeSource flocker:FlockerVolumeSource flexVolume:FlexPersistentVolumeSource azureFile:AzureFilePersistentVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource quobyte:QuobyteVolumeSource azureDisk:AzureDiskVolumeSource photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource scaleIO:ScaleIOPersistentVolumeSource local:LocalVolumeSource storageos:StorageOSPersistentVolumeSource csi:CSIPersistentVolumeSource accessModes?:[]"ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod" claimRef:ObjectReference persistentVolumeReclaimPolicy?:"Delete|Recycle|Retain" storageClassName?:string mountOptions?:[]string volumeMode:"Block|Filesystem" nodeAffinity:VolumeNodeAffinity volumeAttributesClassName:string
core.v1.PersistentVolumeStatus phase?:"Available|Bound|Failed|Pending|Released" message?:string reason?:string lastPhaseTransitionTime:time
core.v1.PhotonPersistentDiskVolumeSource pdID!+:string fsType?:string
core.v1.Pod metadata+:meta.v1.ObjectMeta spec+:PodSpec status+:PodStatus
core.v1.PodAffinity requiredDuringSchedulingIgnoredDuringExecution?:[]PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution?:[]WeightedPodAffinityTerm
core.v1.PodAffinityTerm labelSelector:meta.v1.LabelSelector namespaces?:[]string topologyKey!+:string namespaceSelector:meta.v1.LabelSelector matchLabelKeys?:[]string mismatchLabelKeys?:[]string
core.v1.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution?:[]PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution?:[]WeightedPodAffinityTerm
core.v1.PodCertificateProjection signerName!?:string keyType!?:string maxExpirationSeconds:int credentialBundlePath?:string keyPath?:string certificateChainPath?:string userAnnotations?:{}string
core.v1.PodCondition type!+:string observedGeneration?:long status!+:string lastProbeTime+:time lastTransitionTime+:time reason?:string message?:string
core.v1.PodDNSConfig nameservers?:[]string searches?:[]string options?:[]PodDNSConfigOption
core.v1.PodDNSConfigOption name?:string value:string
core.v1.PodExtendedResourceClaimStatus requestMappings!+:[]ContainerExtendedResourceRequest resourceClaimName!+:string
core.v1.PodIP ip!+:string
core.v1.PodOS name!+:string
core.v1.PodReadinessGate conditionType!+:string
core.v1.PodResourceClaim name!+:string resourceClaimName:string resourceClaimTemplateName:string
core.v1.PodResourceClaimStatus name!+:string resourceClaimName:string
core.v1.PodSchedulingGate name!+:string
core.v1.PodSchedulingGroup podGroupName:string
core.v1.PodSecurityContext seLinuxOptions:SELinuxOptions windowsOptions:WindowsSecurityContextOptions runAsUser:long runAsGroup:long runAsNonRoot:bool supplementalGroups?:[]long supplementalGroupsPolicy:"Merge|Strict" fsGroup:long sysctls?:[]Sysctl fsGroupChangePolicy:"Always|OnRootMismatch" seccompProfile:SeccompProfile appArmorProfile:AppArmorProfile seLinuxChangePolicy:string
core.v1.PodSpec volumes?:[name]Volume~^name initContainers?:[name]Container~name containers!+:[name]Container~name ephemeralContainers?:[name]EphemeralContainer~name restartPolicy?:"Always|Never|OnFailure" terminationGracePeriodSeconds:long activeDeadlineSeconds:long dnsPolicy?:"ClusterFirst|ClusterFirstWithHostNet|Default|None" nodeSelector?:{}string% serviceAccountName?:string serviceAccount?:string automountServiceAccountToken:bool nodeName?:string hostNetwork?:bool hostPID?:bool hostIPC?:bool shareProcessNamespace:bool securityContext:PodSecurityContext imagePullSecrets?:[name]LocalObjectReference~name hostname?:string subdomain?:string affinity:Affinity schedulerName?:string tolerations?:[]Toleration hostAliases?:[ip]HostAlias~ip priorityClassName?:string priority:int dnsConfig:PodDNSConfig readinessGates?:[]PodReadinessGate runtimeClassName:string enableServiceLinks:bool preemptionPolicy:"Never|PreemptLowerPriority" overhead?:{}quantity topologySpreadConstraints?:[topologyKey+whenUnsatisfiable]TopologySpreadConstraint~topologyKey setHostnameAsFQDN:bool os:PodOS hostUsers:bool schedulingGates?:[name]PodSchedulingGate~name resourceClaims?:[name]PodResourceClaim~^name resources:ResourceRequirements hostnameOverride:string schedulingGroup:PodSchedulingGroup
core.v1.PodStatus observedGeneration?:long phase?:"Failed|Pending|Running|Succeeded|Unknown" conditions?:[type]PodCondition~type message?:string reason?:string nominatedNodeName?:string hostIP?:string hostIPs?:[]HostIP~ip podIP?:string podIPs?:[ip]PodIP~ip startTime:time initContainerStatuses?:[]ContainerStatus containerStatuses?:[]ContainerStatus qosClass?:"BestEffort|Burstable|Guaranteed" ephemeralContainerStatuses?:[]ContainerStatus resize?:string resourceClaimStatuses?:[name]PodResourceClaimStatus~^name extendedResourceClaimStatus:PodExtendedResourceClaimStatus allocatedResources?:{}quantity resources:ResourceRequirements nodeAllocatableResourceClaimStatuses?:[]NodeAllocatableResourceClaimStatus
core.v1.PodTemplate metadata+:meta.v1.ObjectMeta template+:PodTemplateSpec
core.v1.PodTemplateSpec metadata+:meta.v1.ObjectMeta spec+:PodSpec
core.v1.PortStatus port!+:int protocol!+:"SCTP|TCP|UDP" error:string
core.v1.PortworxVolumeSource volumeID!+:string fsType?:string readOnly?:bool
core.v1.PreferredSchedulingTerm weight!+:int preference!+:NodeSelectorTerm
core.v1.Probe exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction grpc:GRPCAction initialDelaySeconds?:int timeoutSeconds?:int periodSeconds?:int successThreshold?:int failureThreshold?:int terminationGracePeriodSeconds:long
core.v1.ProjectedVolumeSource sources+:[]VolumeProjection defaultMode:int
core.v1.QuobyteVolumeSource registry!+:string volume!+:string readOnly?:bool user?:string group?:string tenant?:string
core.v1.RBDPersistentVolumeSource monitors!+:[]string image!+:string fsType?:string pool?:string user?:string keyring?:string secretRef:SecretReference readOnly?:bool
core.v1.RBDVolumeSource monitors!+:[]string image!+:string fsType?:string pool?:string user?:string keyring?:string secretRef:LocalObjectReference readOnly?:bool
core.v1.ReplicationController metadata+:meta.v1.ObjectMeta spec+:ReplicationControllerSpec status+:ReplicationControllerStatus
core.v1.ReplicationControllerCondition type!+:string status!+:string lastTransitionTime+:time reason?:string message?:string
core.v1.ReplicationControllerSpec replicas:int minReadySeconds?:int selector?:{}string% template:PodTemplateSpec
core.v1.ReplicationControllerStatus replicas!+:int fullyLabeledReplicas?:int readyReplicas?:int availableReplicas?:int observedGeneration?:long conditions?:[type]ReplicationControllerCondition~type
core.v1.ResourceClaim name!+:string request?:string
core.v1.ResourceFieldSelector% containerName?:string resource!+:string divisor+:quantity
core.v1.ResourceHealth resourceID!+:string health?:string message:string
core.v1.ResourceQuota metadata+:meta.v1.ObjectMeta spec+:ResourceQuotaSpec status+:ResourceQuotaStatus
core.v1.ResourceQuotaSpec hard?:{}quantity scopes?:[]"BestEffort|CrossNamespacePodAffinity|NotBestEffort|NotTerminating|PriorityClass|Terminating|VolumeAttributesClass" scopeSelector:ScopeSelector
core.v1.ResourceQuotaStatus hard?:{}quantity used?:{}quantity
core.v1.ResourceRequirements limits?:{}quantity requests?:{}quantity claims?:[name]ResourceClaim
core.v1.ResourceStatus name!+:string resources?:[resourceID]ResourceHealth
core.v1.SELinuxOptions user?:string role?:string type?:string level?:string
core.v1.ScaleIOPersistentVolumeSource gateway!+:string system!+:string secretRef!+:SecretReference sslEnabled?:bool protectionDomain?:string storagePool?:string storageMode?:string volumeName?:string fsType?:string readOnly?:bool
core.v1.ScaleIOVolumeSource gateway!+:string system!+:string secretRef!+:LocalObjectReference sslEnabled?:bool protectionDomain?:string storagePool?:string storageMode?:string volumeName?:string fsType?:string readOnly?:bool
core.v1.ScopeSelector% matchExpressions?:[]ScopedResourceSelectorRequirement
core.v1.ScopedResourceSelectorRequirement scopeName!+:"BestEffort|CrossNamespacePodAffinity|NotBestEffort|NotTerminating|PriorityClass|Terminating|VolumeAttributesClass" operator!+:"DoesNotExist|Exists|In|NotIn" values?:[]string
core.v1.SeccompProfile type!+:"Localhost|RuntimeDefault|Unconfined" localhostProfile:string
core.v1.Secret metadata+:meta.v1.ObjectMeta immutable:bool data?:{}bytes stringData?:{}string type?:string
core.v1.SecretEnvSource name?:string optional:bool
core.v1.SecretKeySelector% name?:string key!+:string optional:bool
core.v1.SecretProjection name?:string items?:[]KeyToPath optional:bool
core.v1.SecretReference% name?:string namespace?:string
core.v1.SecretVolumeSource secretName?:string items?:[]KeyToPath defaultMode:int optional:bool
core.v1.SecurityContext capabilities:Capabilities privileged:bool seLinuxOptions:SELinuxOptions windowsOptions:WindowsSecurityContextOptions runAsUser:long runAsGroup:long runAsNonRoot:bool readOnlyRootFilesystem:bool allowPrivilegeEscalation:bool procMount:"Default|Unmasked" seccompProfile:SeccompProfile appArmorProfile:AppArmorProfile
core.v1.Service metadata+:meta.v1.ObjectMeta spec+:ServiceSpec status+:ServiceStatus
core.v1.ServiceAccount metadata+:meta.v1.ObjectMeta secrets?:[name]ObjectReference~name imagePullSecrets?:[]LocalObjectReference automountServiceAccountToken:bool
core.v1.ServiceAccountTokenProjection audience?:string expirationSeconds:long path!+:string
core.v1.ServicePort name?:string protocol?:"SCTP|TCP|UDP" appProtocol:string port!+:int targetPort+:intOrString nodePort?:int
core.v1.ServiceSpec ports?:[port+protocol]ServicePort~port selector?:{}string% clusterIP?:string clusterIPs?:[]string type?:"ClusterIP|ExternalName|LoadBalancer|NodePort" externalIPs?:[]string sessionAffinity?:"ClientIP|None" loadBalancerIP?:string loadBalancerSourceRanges?:[]string externalName?:string externalTrafficPolicy?:"Cluster|Local" healthCheckNodePort?:int publishNotReadyAddresses?:bool sessionAffinityConfig:SessionAffinityConfig ipFamilies?:[]"|IPv4|IPv6" ipFamilyPolicy:"PreferDualStack|RequireDualStack|SingleStack" allocateLoadBalancerNodePorts:bool loadBalancerClass:string internalTrafficPolicy:"Cluster|Local" trafficDistribution:string
core.v1.ServiceStatus loadBalancer+:LoadBalancerStatus conditions?:[type]meta.v1.Condition~type
core.v1.SessionAffinityConfig clientIP:ClientIPConfig
core.v1.SleepAction seconds!+:long
core.v1.StorageOSPersistentVolumeSource volumeName?:string volumeNamespace?:string fsType?:string readOnly?:bool secretRef:ObjectReference
core.v1.StorageOSVolumeSource volumeName?:string volumeNamespace?:string fsType?:string readOnly?:bool secretRef:LocalObjectReference
core.v1.Sysctl name!+:string value!+:string
core.v1.TCPSocketAction port!+:intOrString host?:string
core.v1.Taint key!+:string value?:string effect!+:"NoExecute|NoSchedule|PreferNoSchedule" timeAdded:time
core.v1.Toleration key?:string operator?:"Equal|Exists|Gt|Lt" value?:string effect?:"NoExecute|NoSchedule|PreferNoSchedule" tolerationSeconds:long
core.v1.TopologySelectorLabelRequirement key!+:string values!+:[]string
core.v1.TopologySelectorTerm% matchLabelExpressions?:[]TopologySelectorLabelRequirement
core.v1.TopologySpreadConstraint maxSkew!+:int topologyKey!+:string whenUnsatisfiable!+:"DoNotSchedule|ScheduleAnyway" labelSelector:meta.v1.LabelSelector minDomains:int nodeAffinityPolicy:"Honor|Ignore" nodeTaintsPolicy:"Honor|Ignore" matchLabelKeys?:[]string
core.v1.TypedLocalObjectReference% apiGroup+:string kind!+:string name!+:string
core.v1.TypedObjectReference apiGroup+:string kind!+:string name!+:string namespace:string
core.v1.Volume name!+:string hostPath:HostPathVolumeSource emptyDir:EmptyDirVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource awsElasticBlockStore:AWSElasticBlockStoreVolumeSource gitRepo:GitRepoVolumeSource secret:SecretVolumeSource nfs:NFSVolumeSource iscsi:ISCSIVolumeSource glusterfs:GlusterfsVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource rbd:RBDVolumeSource flexVolume:FlexVolumeSource cinder:CinderVolumeSource cephfs:CephFSVolumeSource flocker:FlockerVolumeSource downwardAPI:DownwardAPIVolumeSource fc:FCVolumeSource azureFile:AzureFileVolumeSource configMap:ConfigMapVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource quobyte:QuobyteVolumeSource azureDisk:AzureDiskVolumeSource photonPersistentDisk:PhotonPersistentDiskVolumeSource projected:ProjectedVolumeSource portworxVolume:PortworxVolumeSource scaleIO:ScaleIOVolumeSource storageos:StorageOSVolumeSource csi:CSIVolumeSource ephemeral:EphemeralVolumeSource image:ImageVolumeSource
core.v1.VolumeDevice name!+:string devicePath!+:string
core.v1.VolumeMount name!+:string readOnly?:bool recursiveReadOnly:string mountPath!+:string subPath?:string mountPropagation:"Bidirectional|HostToContainer|None" subPathExpr?:string
core.v1.VolumeMountStatus name!+:string mountPath!+:string readOnly?:bool recursiveReadOnly:string volumeStatus:VolumeStatus
core.v1.VolumeNodeAffinity required:NodeSelector
core.v1.VolumeProjection secret:SecretProjection downwardAPI:DownwardAPIProjection configMap:ConfigMapProjection serviceAccountToken:ServiceAccountTokenProjection clusterTrustBundle:ClusterTrustBundleProjection podCertificate:PodCertificateProjection
core.v1.VolumeResourceRequirements limits?:{}quantity requests?:{}quantity
core.v1.VolumeStatus image:ImageVolumeStatus
core.v1.VsphereVirtualDiskVolumeSource volumePath!+:string fsType?:string storagePolicyName?:string storagePolicyID?:string
core.v1.WeightedPodAffinityTerm weight!+:int podAffinityTerm!+:PodAffinityTerm
core.v1.WindowsSecurityContextOptions gmsaCredentialSpecName:string gmsaCredentialSpec:string runAsUserName:string hostProcess:bool
discovery.v1.Endpoint addresses!+:[=]string conditions+:EndpointConditions hostname:string targetRef:core.v1.ObjectReference deprecatedTopology?:{}string nodeName:string zone:string hints:EndpointHints
discovery.v1.EndpointConditions ready:bool serving:bool terminating:bool
discovery.v1.EndpointHints forZones?:[]ForZone forNodes?:[]ForNode
discovery.v1.EndpointPort% name:string protocol:"SCTP|TCP|UDP" port:int appProtocol:string
discovery.v1.EndpointSlice metadata+:meta.v1.ObjectMeta addressType!+:"FQDN|IPv4|IPv6" endpoints+:[]Endpoint ports+:[]EndpointPort
discovery.v1.ForNode name!+:string
discovery.v1.ForZone name!+:string
events.v1.Event metadata+:meta.v1.ObjectMeta eventTime!+:microTime series:EventSeries reportingController?:string reportingInstance?:string action?:string reason?:string regarding+:core.v1.ObjectReference related:core.v1.ObjectReference note?:string type?:string deprecatedSource+:core.v1.EventSource deprecatedFirstTimestamp+:time deprecatedLastTimestamp+:time deprecatedCount?:int
events.v1.EventSeries count!+:int lastObservedTime!+:microTime
flowcontrol.v1.ExemptPriorityLevelConfiguration nominalConcurrencyShares:int lendablePercent:int
flowcontrol.v1.FlowDistinguisherMethod type!+:string
flowcontrol.v1.FlowSchema metadata+:meta.v1.ObjectMeta spec+:FlowSchemaSpec status+:FlowSchemaStatus
flowcontrol.v1.FlowSchemaCondition type?:string status?:string lastTransitionTime+:time reason?:string message?:string
flowcontrol.v1.FlowSchemaSpec priorityLevelConfiguration!+:PriorityLevelConfigurationReference matchingPrecedence+:int distinguisherMethod:FlowDistinguisherMethod rules?:[]PolicyRulesWithSubjects
flowcontrol.v1.FlowSchemaStatus conditions?:[type]FlowSchemaCondition~type
flowcontrol.v1.GroupSubject name!+:string
flowcontrol.v1.LimitResponse type!+:string queuing:QueuingConfiguration
flowcontrol.v1.LimitedPriorityLevelConfiguration nominalConcurrencyShares+:int limitResponse+:LimitResponse lendablePercent:int borrowingLimitPercent:int
flowcontrol.v1.NonResourcePolicyRule verbs!+:[=]string nonResourceURLs!+:[=]string
flowcontrol.v1.PolicyRulesWithSubjects subjects!+:[]Subject resourceRules?:[]ResourcePolicyRule nonResourceRules?:[]NonResourcePolicyRule
flowcontrol.v1.PriorityLevelConfiguration metadata+:meta.v1.ObjectMeta spec+:PriorityLevelConfigurationSpec status+:PriorityLevelConfigurationStatus
flowcontrol.v1.PriorityLevelConfigurationCondition type?:string status?:string lastTransitionTime+:time reason?:string message?:string
flowcontrol.v1.PriorityLevelConfigurationReference name!+:string
flowcontrol.v1.PriorityLevelConfigurationSpec type!+:string limited:LimitedPriorityLevelConfiguration exempt:ExemptPriorityLevelConfiguration
flowcontrol.v1.PriorityLevelConfigurationStatus conditions?:[type]PriorityLevelConfigurationCondition~type
flowcontrol.v1.QueuingConfiguration queues+:int handSize+:int queueLengthLimit+:int
flowcontrol.v1.ResourcePolicyRule verbs!+:[=]string apiGroups!+:[=]string resources!+:[=]string clusterScope?:bool namespaces+:[=]string
flowcontrol.v1.ServiceAccountSubject namespace!+:string name!+:string
flowcontrol.v1.Subject kind!+:string user:UserSubject group:GroupSubject serviceAccount:ServiceAccountSubject
flowcontrol.v1.UserSubject name!+:string
meta.v1.APIGroup name!+:string versions!+:[]GroupVersionForDiscovery preferredVersion+:GroupVersionForDiscovery serverAddressByClientCIDRs?:[]ServerAddressByClientCIDR
meta.v1.APIGroupList groups!+:[]APIGroup
meta.v1.APIResource name!+:string singularName!+:string namespaced!+:bool group?:string version?:string kind!+:string verbs!+:[]string shortNames?:[]string categories?:[]string storageVersionHash?:string
meta.v1.APIResourceList groupVersion!+:string resources!+:[]APIResource
meta.v1.APIVersions versions!+:[]string serverAddressByClientCIDRs!+:[]ServerAddressByClientCIDR
meta.v1.Condition type!+:string status!+:string observedGeneration?:long lastTransitionTime!+:time reason!+:string message!+:string
meta.v1.DeleteOptions kind?:string apiVersion?:string gracePeriodSeconds:long preconditions:Preconditions orphanDependents:bool propagationPolicy:string dryRun?:[]string ignoreStoreReadErrorWithClusterBreakingPotential:bool
meta.v1.FieldSelectorRequirement key!+:string operator!+:string values?:[]string
meta.v1.GroupVersionForDiscovery groupVersion!+:string version!+:string
meta.v1.LabelSelector% matchLabels?:{}string matchExpressions?:[]LabelSelectorRequirement
meta.v1.LabelSelectorRequirement key!+:string operator!+:string values?:[]string
meta.v1.ListMeta selfLink?:string resourceVersion?:string continue?:string remainingItemCount:long shardInfo:ShardInfo
meta.v1.ManagedFieldsEntry manager?:string operation?:string apiVersion?:string time:time fieldsType?:string fieldsV1:any subresource?:string
meta.v1.ObjectMeta name?:string generateName?:string namespace?:string selfLink?:string uid?:string resourceVersion?:string generation?:long creationTimestamp?:time deletionTimestamp:time deletionGracePeriodSeconds:long labels?:{}string annotations?:{}string ownerReferences?:[uid]OwnerReference~uid finalizers?:[=]string~. managedFields?:[]ManagedFieldsEntry
meta.v1.OwnerReference% apiVersion!+:string kind!+:string name!+:string uid!+:string controller:bool blockOwnerDeletion:bool
meta.v1.Preconditions uid:string resourceVersion:string
meta.v1.ServerAddressByClientCIDR clientCIDR!+:string serverAddress!+:string
meta.v1.ShardInfo selector!+:string
meta.v1.Status metadata+:ListMeta status?:string message?:string reason?:string details:StatusDetails code?:int
meta.v1.StatusCause reason?:string message?:string field?:string
meta.v1.StatusDetails name?:string group?:string kind?:string uid?:string causes?:[]StatusCause retryAfterSeconds?:int
networking.v1.HTTPIngressPath path?:string pathType!+:"Exact|ImplementationSpecific|Prefix" backend!+:IngressBackend
networking.v1.HTTPIngressRuleValue paths!+:[]HTTPIngressPath
networking.v1.IPAddress metadata+:meta.v1.ObjectMeta spec!+:IPAddressSpec
networking.v1.IPAddressSpec parentRef!:ParentReference
networking.v1.IPBlock cidr!+:string except?:[]string
networking.v1.Ingress metadata+:meta.v1.ObjectMeta spec+:IngressSpec status+:IngressStatus
networking.v1.IngressBackend service:IngressServiceBackend resource:core.v1.TypedLocalObjectReference
networking.v1.IngressClass metadata+:meta.v1.ObjectMeta spec+:IngressClassSpec
networking.v1.IngressClassParametersReference apiGroup:string kind!+:string name!+:string scope+:string namespace:string
networking.v1.IngressClassSpec controller?:string parameters:IngressClassParametersReference
networking.v1.IngressLoadBalancerIngress ip?:string hostname?:string ports?:[]IngressPortStatus
networking.v1.IngressLoadBalancerStatus ingress?:[]IngressLoadBalancerIngress
networking.v1.IngressPortStatus port!+:int protocol!+:"SCTP|TCP|UDP" error:string
networking.v1.IngressRule host?:string http:HTTPIngressRuleValue
networking.v1.IngressServiceBackend name!+:string port+:ServiceBackendPort
networking.v1.IngressSpec ingressClassName:string defaultBackend:IngressBackend tls?:[]IngressTLS rules?:[]IngressRule
networking.v1.IngressStatus loadBalancer+:IngressLoadBalancerStatus
networking.v1.IngressTLS hosts?:[]string secretName?:string
networking.v1.NetworkPolicy metadata+:meta.v1.ObjectMeta spec+:NetworkPolicySpec
networking.v1.NetworkPolicyEgressRule ports?:[]NetworkPolicyPort to?:[]NetworkPolicyPeer
networking.v1.NetworkPolicyIngressRule ports?:[]NetworkPolicyPort from?:[]NetworkPolicyPeer
networking.v1.NetworkPolicyPeer podSelector:meta.v1.LabelSelector namespaceSelector:meta.v1.LabelSelector ipBlock:IPBlock
networking.v1.NetworkPolicyPort protocol:"SCTP|TCP|UDP" port:intOrString endPort:int
networking.v1.NetworkPolicySpec podSelector+:meta.v1.LabelSelector ingress?:[]NetworkPolicyIngressRule egress?:[]NetworkPolicyEgressRule policyTypes?:[]"Egress|Ingress"
networking.v1.ParentReference group?:string resource!?:string namespace?:string name!?:string
networking.v1.ServiceBackendPort% name?:string number?:int
networking.v1.ServiceCIDR metadata+:meta.v1.ObjectMeta spec+:ServiceCIDRSpec status+:ServiceCIDRStatus
networking.v1.ServiceCIDRSpec cidrs?:[]string
networking.v1.ServiceCIDRStatus conditions?:[type]meta.v1.Condition~type
node.v1.Overhead podFixed?:{}quantity
node.v1.RuntimeClass metadata+:meta.v1.ObjectMeta handler!+:string overhead:Overhead scheduling:Scheduling
node.v1.Scheduling nodeSelector?:{}string% tolerations?:[]core.v1.Toleration
policy.v1.Eviction metadata+:meta.v1.ObjectMeta deleteOptions:meta.v1.DeleteOptions
policy.v1.PodDisruptionBudget metadata+:meta.v1.ObjectMeta spec+:PodDisruptionBudgetSpec status+:PodDisruptionBudgetStatus
policy.v1.PodDisruptionBudgetSpec minAvailable:intOrString selector:meta.v1.LabelSelector~ maxUnavailable:intOrString unhealthyPodEvictionPolicy:"AlwaysAllow|IfHealthyBudget"
policy.v1.PodDisruptionBudgetStatus observedGeneration?:long disruptedPods?:{}time disruptionsAllowed+:int currentHealthy+:int desiredHealthy+:int expectedPods+:int conditions?:[type]meta.v1.Condition~type
rbac.v1.AggregationRule clusterRoleSelectors?:[]meta.v1.LabelSelector
rbac.v1.ClusterRole metadata+:meta.v1.ObjectMeta rules+:[]PolicyRule aggregationRule:AggregationRule
rbac.v1.ClusterRoleBinding metadata+:meta.v1.ObjectMeta subjects?:[]Subject roleRef!+:RoleRef
rbac.v1.PolicyRule verbs!+:[]string apiGroups?:[]string resources?:[]string resourceNames?:[]string nonResourceURLs?:[]string
rbac.v1.Role metadata+:meta.v1.ObjectMeta rules+:[]PolicyRule
rbac.v1.RoleBinding metadata+:meta.v1.ObjectMeta subjects?:[]Subject roleRef!+:RoleRef
rbac.v1.RoleRef% apiGroup+:string kind!+:string name!+:string
rbac.v1.Subject% kind!+:string apiGroup?:string name!+:string namespace?:string
resource.v1.AllocatedDeviceStatus driver!+:string pool!+:string device!+:string shareID:string conditions+:[type]meta.v1.Condition data:any networkData:NetworkDeviceData
resource.v1.AllocationResult devices+:DeviceAllocationResult nodeSelector:core.v1.NodeSelector allocationTimestamp:time
resource.v1.CELDeviceSelector expression!+:string
resource.v1.CapacityRequestPolicy default+:quantity validValues?:[]quantity validRange:CapacityRequestPolicyRange
resource.v1.CapacityRequestPolicyRange min!:quantity max:quantity step:quantity
resource.v1.CapacityRequirements requests?:{}quantity
resource.v1.Counter value!+:quantity
resource.v1.CounterSet name!+:string counters!?:{}Counter
resource.v1.Device name!+:string attributes?:{}DeviceAttribute capacity?:{}DeviceCapacity consumesCounters?:[]DeviceCounterConsumption nodeName:string nodeSelector:core.v1.NodeSelector allNodes:bool taints?:[]DeviceTaint bindsToNode:bool bindingConditions?:[]string bindingFailureConditions?:[]string allowMultipleAllocations:bool nodeAllocatableResourceMappings?:{}NodeAllocatableResourceMapping
resource.v1.DeviceAllocationConfiguration source!+:"FromClaim|FromClass" requests?:[]string opaque:OpaqueDeviceConfiguration
resource.v1.DeviceAllocationResult results?:[]DeviceRequestAllocationResult config?:[]DeviceAllocationConfiguration
resource.v1.DeviceAttribute int:long bool:bool string:string version:string ints?:[]long bools?:[]bool strings?:[]string versions?:[]string
resource.v1.DeviceCapacity value!+:quantity requestPolicy:CapacityRequestPolicy
resource.v1.DeviceClaim requests+:[]DeviceRequest constraints?:[]DeviceConstraint config?:[]DeviceClaimConfiguration
resource.v1.DeviceClaimConfiguration requests?:[]string opaque:OpaqueDeviceConfiguration
resource.v1.DeviceClass metadata+:meta.v1.ObjectMeta spec!+:DeviceClassSpec
resource.v1.DeviceClassConfiguration opaque:OpaqueDeviceConfiguration
resource.v1.DeviceClassSpec selectors?:[]DeviceSelector config?:[]DeviceClassConfiguration extendedResourceName:string
resource.v1.DeviceConstraint requests?:[]string matchAttribute:string distinctAttribute:string
resource.v1.DeviceCounterConsumption counterSet!+:string counters!?:{}Counter
resource.v1.DeviceRequest name!+:string exactly:ExactDeviceRequest firstAvailable?:[]DeviceSubRequest
resource.v1.DeviceRequestAllocationResult request!+:string driver!+:string pool!+:string device!+:string adminAccess:bool tolerations?:[]DeviceToleration bindingConditions?:[]string bindingFailureConditions?:[]string shareID:string consumedCapacity?:{}quantity
resource.v1.DeviceSelector cel:CELDeviceSelector
resource.v1.DeviceSubRequest name!+:string deviceClassName!+:string selectors?:[]DeviceSelector allocationMode?:"All|ExactCount" count?:long tolerations?:[]DeviceToleration capacity:CapacityRequirements
resource.v1.DeviceTaint key!+:string value?:string effect!+:"NoExecute|NoSchedule|None" timeAdded:time
resource.v1.DeviceToleration key?:string operator?:"Equal|Exists" value?:string effect?:"NoExecute|NoSchedule|None" tolerationSeconds:long
resource.v1.ExactDeviceRequest deviceClassName!+:string selectors?:[]DeviceSelector allocationMode?:"All|ExactCount" count?:long adminAccess:bool tolerations?:[]DeviceToleration capacity:CapacityRequirements
resource.v1.NetworkDeviceData interfaceName?:string ips?:[]string hardwareAddress?:string
resource.v1.NodeAllocatableResourceMapping capacityKey:string allocationMultiplier:quantity
resource.v1.OpaqueDeviceConfiguration driver!+:string parameters!+:any
resource.v1.ResourceClaim metadata+:meta.v1.ObjectMeta spec!+:ResourceClaimSpec status+:ResourceClaimStatus
resource.v1.ResourceClaimConsumerReference apiGroup?:string resource!+:string name!+:string uid!+:string
resource.v1.ResourceClaimSpec devices+:DeviceClaim
resource.v1.ResourceClaimStatus allocation:AllocationResult reservedFor?:[uid]ResourceClaimConsumerReference~uid devices?:[driver+device+pool+shareID]AllocatedDeviceStatus
resource.v1.ResourceClaimTemplate metadata+:meta.v1.ObjectMeta spec!+:ResourceClaimTemplateSpec
resource.v1.ResourceClaimTemplateSpec metadata+:meta.v1.ObjectMeta spec!+:ResourceClaimSpec
resource.v1.ResourcePool name!+:string generation!+:long resourceSliceCount!+:long
resource.v1.ResourceSlice metadata+:meta.v1.ObjectMeta spec!+:ResourceSliceSpec
resource.v1.ResourceSliceSpec driver!+:string pool!+:ResourcePool nodeName:string nodeSelector:core.v1.NodeSelector allNodes:bool devices?:[]Device perDeviceNodeSelection:bool sharedCounters?:[]CounterSet
scheduling.v1.PriorityClass metadata+:meta.v1.ObjectMeta value+:int globalDefault?:bool description?:string preemptionPolicy:"Never|PreemptLowerPriority"
storage.v1.CSIDriver metadata+:meta.v1.ObjectMeta spec!+:CSIDriverSpec
storage.v1.CSIDriverSpec attachRequired:bool podInfoOnMount:bool volumeLifecycleModes?:[=]string storageCapacity:bool fsGroupPolicy:string tokenRequests?:[]TokenRequest requiresRepublish:bool seLinuxMount:bool nodeAllocatableUpdatePeriodSeconds:long serviceAccountTokenInSecrets:bool preventPodSchedulingIfMissing:bool
storage.v1.CSINode metadata+:meta.v1.ObjectMeta spec!+:CSINodeSpec
storage.v1.CSINodeDriver name!+:string nodeID!+:string topologyKeys+:[]string allocatable:VolumeNodeResources
storage.v1.CSINodeSpec drivers!+:[name]CSINodeDriver~name
storage.v1.CSIStorageCapacity metadata+:meta.v1.ObjectMeta nodeTopology:meta.v1.LabelSelector storageClassName!+:string capacity:quantity maximumVolumeSize:quantity
storage.v1.StorageClass metadata+:meta.v1.ObjectMeta provisioner!+:string parameters?:{}string reclaimPolicy:"Delete|Recycle|Retain" mountOptions?:[]string allowVolumeExpansion:bool volumeBindingMode:"Immediate|WaitForFirstConsumer" allowedTopologies?:[]core.v1.TopologySelectorTerm
storage.v1.TokenRequest audience!+:string expirationSeconds:long
storage.v1.VolumeAttachment metadata+:meta.v1.ObjectMeta spec!+:VolumeAttachmentSpec status+:VolumeAttachmentStatus
storage.v1.VolumeAttachmentSource persistentVolumeName:string inlineVolumeSpec:core.v1.PersistentVolumeSpec
storage.v1.VolumeAttachmentSpec attacher!+:string source!+:VolumeAttachmentSource nodeName!+:string
storage.v1.VolumeAttachmentStatus attached!+:bool attachmentMetadata?:{}string attachError:VolumeError detachError:VolumeError
storage.v1.VolumeAttributesClass metadata+:meta.v1.ObjectMeta driverName!+:string parameters?:{}string
storage.v1.VolumeError time+:time message?:string errorCode:int
storage.v1.VolumeNodeResources count:int
`;
