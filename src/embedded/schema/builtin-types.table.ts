/**
 * The fields of every built-in type of Kubernetes 1.36, one type per line, derived from a real API server's OpenAPI
 * document and its Go types by name and type alone (no descriptions), in the order in which it writes them. `!`: required;
 * `?`: left out when zero; `+`: written even when absent (as zero). `#2.5`: its number in protobuf, below the field that
 * Go inlines. `[]T`: an atomic list; `[a+b]T`: a list keyed
 * by a and b; `[=]T`: a set; `{}T`: a map; `%`: atomic. `~key`: strategic merge by that key, `~.` by value,
 * `~^`: retainKeys. `"A|B"`: an enumeration. A name without a dot is of the same package as its line.
 */
export const builtinTypes = `
admissionregistration.v1.ApplyConfiguration expression?#1:string
admissionregistration.v1.AuditAnnotation key!+#1:string valueExpression!+#2:string
admissionregistration.v1.ExpressionWarning fieldRef!+#2:string warning!+#3:string
admissionregistration.v1.JSONPatch expression?#1:string
admissionregistration.v1.MatchCondition name!+#1:string expression!+#2:string
admissionregistration.v1.MatchResources% namespaceSelector#1:meta.v1.LabelSelector objectSelector#2:meta.v1.LabelSelector resourceRules?#3:[]NamedRuleWithOperations excludeResourceRules?#4:[]NamedRuleWithOperations matchPolicy#7:"Equivalent|Exact"
admissionregistration.v1.MutatingAdmissionPolicy metadata+#1:meta.v1.ObjectMeta spec+#2:MutatingAdmissionPolicySpec
admissionregistration.v1.MutatingAdmissionPolicyBinding metadata+#1:meta.v1.ObjectMeta spec+#2:MutatingAdmissionPolicyBindingSpec
admissionregistration.v1.MutatingAdmissionPolicyBindingSpec policyName?#1:string paramRef#2:ParamRef matchResources#3:MatchResources
admissionregistration.v1.MutatingAdmissionPolicySpec paramKind#1:ParamKind matchConstraints#2:MatchResources variables?#3:[]Variable mutations?#4:[]Mutation failurePolicy#5:"Fail|Ignore" matchConditions?#6:[name]MatchCondition~name reinvocationPolicy?#7:"IfNeeded|Never"
admissionregistration.v1.MutatingWebhook name!+#1:string clientConfig!+#2:WebhookClientConfig rules?#3:[]RuleWithOperations failurePolicy#4:"Fail|Ignore" matchPolicy#9:"Equivalent|Exact" namespaceSelector#5:meta.v1.LabelSelector objectSelector#11:meta.v1.LabelSelector sideEffects!#6:"None|NoneOnDryRun|Some|Unknown" timeoutSeconds#7:int admissionReviewVersions!+#8:[]string reinvocationPolicy#10:"IfNeeded|Never" matchConditions?#12:[name]MatchCondition~name
admissionregistration.v1.MutatingWebhookConfiguration metadata+#1:meta.v1.ObjectMeta webhooks?#2:[name]MutatingWebhook~name
admissionregistration.v1.Mutation patchType!+#2:"ApplyConfiguration|JSONPatch" applyConfiguration#3:ApplyConfiguration jsonPatch#4:JSONPatch
admissionregistration.v1.NamedRuleWithOperations% resourceNames?#1:[]string operations?#2.1:[]"*|CONNECT|CREATE|DELETE|UPDATE" apiGroups?#2.2.1:[]string apiVersions?#2.2.2:[]string resources?#2.2.3:[]string scope#2.2.4:"*|Cluster|Namespaced"
admissionregistration.v1.ParamKind% apiVersion?#1:string kind?#2:string
admissionregistration.v1.ParamRef% name?#1:string namespace?#2:string selector#3:meta.v1.LabelSelector parameterNotFoundAction#4:string
admissionregistration.v1.RuleWithOperations operations?#1:[]"*|CONNECT|CREATE|DELETE|UPDATE" apiGroups?#2.1:[]string apiVersions?#2.2:[]string resources?#2.3:[]string scope#2.4:"*|Cluster|Namespaced"
admissionregistration.v1.ServiceReference namespace!+#1:string name!+#2:string path#3:string port#4:int
admissionregistration.v1.TypeChecking expressionWarnings?#1:[]ExpressionWarning
admissionregistration.v1.ValidatingAdmissionPolicy metadata+#1:meta.v1.ObjectMeta spec+#2:ValidatingAdmissionPolicySpec status+#3:ValidatingAdmissionPolicyStatus
admissionregistration.v1.ValidatingAdmissionPolicyBinding metadata+#1:meta.v1.ObjectMeta spec!+#2:ValidatingAdmissionPolicyBindingSpec
admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec policyName!?#1:string paramRef#2:ParamRef matchResources#3:MatchResources validationActions!?#4:[=]"Audit|Deny|Warn"
admissionregistration.v1.ValidatingAdmissionPolicySpec paramKind#1:ParamKind matchConstraints#2:MatchResources validations?#3:[]Validation failurePolicy#4:"Fail|Ignore" auditAnnotations?#5:[]AuditAnnotation matchConditions?#6:[name]MatchCondition~name variables?#7:[name]Variable~name
admissionregistration.v1.ValidatingAdmissionPolicyStatus observedGeneration?#1:long typeChecking#2:TypeChecking conditions?#3:[type]meta.v1.Condition
admissionregistration.v1.ValidatingWebhook name!+#1:string clientConfig!+#2:WebhookClientConfig rules?#3:[]RuleWithOperations failurePolicy#4:"Fail|Ignore" matchPolicy#9:"Equivalent|Exact" namespaceSelector#5:meta.v1.LabelSelector objectSelector#10:meta.v1.LabelSelector sideEffects!#6:"None|NoneOnDryRun|Some|Unknown" timeoutSeconds#7:int admissionReviewVersions!+#8:[]string matchConditions?#11:[name]MatchCondition~name
admissionregistration.v1.ValidatingWebhookConfiguration metadata+#1:meta.v1.ObjectMeta webhooks?#2:[name]ValidatingWebhook~name
admissionregistration.v1.Validation expression!+#1:string message?#2:string reason#3:string messageExpression?#4:string
admissionregistration.v1.Variable% name!+#1:string expression!+#2:string
admissionregistration.v1.WebhookClientConfig url#3:string service#1:ServiceReference caBundle?#2:bytes
apiextensions.v1.CustomResourceColumnDefinition name!+#1:string type!+#2:string format?#3:string description?#4:string priority?#5:int jsonPath!+#6:string
apiextensions.v1.CustomResourceConversion strategy!+#1:string webhook#2:WebhookConversion
apiextensions.v1.CustomResourceDefinition metadata+#1:meta.v1.ObjectMeta spec!+#2:CustomResourceDefinitionSpec status+#3:CustomResourceDefinitionStatus
apiextensions.v1.CustomResourceDefinitionCondition type!+#1:string status!+#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string observedGeneration?#6:long
apiextensions.v1.CustomResourceDefinitionNames plural!+#1:string singular?#2:string shortNames?#3:[]string kind!+#4:string listKind?#5:string categories?#6:[]string
apiextensions.v1.CustomResourceDefinitionSpec group!+#1:string names!+#3:CustomResourceDefinitionNames scope!+#4:string versions!+#7:[]CustomResourceDefinitionVersion conversion#9:CustomResourceConversion preserveUnknownFields?#10:bool
apiextensions.v1.CustomResourceDefinitionStatus conditions+#1:[type]CustomResourceDefinitionCondition acceptedNames+#2:CustomResourceDefinitionNames storedVersions+#3:[]string observedGeneration?#4:long
apiextensions.v1.CustomResourceDefinitionVersion name!+#1:string served!+#2:bool storage!+#3:bool deprecated?#7:bool deprecationWarning#8:string schema#4:CustomResourceValidation subresources#5:CustomResourceSubresources additionalPrinterColumns?#6:[]CustomResourceColumnDefinition selectableFields?#9:[]SelectableField
apiextensions.v1.CustomResourceSubresourceScale specReplicasPath!+#1:string statusReplicasPath!+#2:string labelSelectorPath#3:string
apiextensions.v1.CustomResourceSubresources status#1:any scale#2:CustomResourceSubresourceScale
apiextensions.v1.CustomResourceValidation openAPIV3Schema#1:JSONSchemaProps
apiextensions.v1.ExternalDocumentation description?#1:string url?#2:string
apiextensions.v1.JSONSchemaProps id?#1:string $schema?#2:string $ref#3:string description?#4:string type?#5:string format?#6:string title?#7:string default#8:any maximum#9:float exclusiveMaximum?#10:bool minimum#11:float exclusiveMinimum?#12:bool maxLength#13:long minLength#14:long pattern?#15:string maxItems#16:long minItems#17:long uniqueItems?#18:bool multipleOf#19:float enum?#20:[]any maxProperties#21:long minProperties#22:long required?#23:[]string items#24:any allOf?#25:[]JSONSchemaProps oneOf?#26:[]JSONSchemaProps anyOf?#27:[]JSONSchemaProps not#28:JSONSchemaProps properties?#29:{}JSONSchemaProps additionalProperties#30:any patternProperties?#31:{}JSONSchemaProps dependencies?#32:{}any additionalItems#33:any definitions?#34:{}JSONSchemaProps externalDocs#35:ExternalDocumentation example#36:any nullable?#37:bool x-kubernetes-preserve-unknown-fields#38:bool x-kubernetes-embedded-resource?#39:bool x-kubernetes-int-or-string?#40:bool x-kubernetes-list-map-keys?#41:[]string x-kubernetes-list-type#42:string x-kubernetes-map-type#43:string x-kubernetes-validations?#44:[rule]ValidationRule~rule
apiextensions.v1.SelectableField jsonPath!+#1:string
apiextensions.v1.ServiceReference namespace!+#1:string name!+#2:string path#3:string port#4:int
apiextensions.v1.ValidationRule rule!+#1:string message?#2:string messageExpression?#3:string reason#4:"FieldValueDuplicate|FieldValueForbidden|FieldValueInvalid|FieldValueRequired" fieldPath?#5:string optionalOldSelf#6:bool
apiextensions.v1.WebhookClientConfig url#3:string service#1:ServiceReference caBundle?#2:bytes
apiextensions.v1.WebhookConversion clientConfig#2:WebhookClientConfig conversionReviewVersions!+#3:[]string
apiregistration.v1.APIService metadata+#1:meta.v1.ObjectMeta spec+#2:APIServiceSpec status+#3:APIServiceStatus
apiregistration.v1.APIServiceCondition type!+#1:string status!+#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string
apiregistration.v1.APIServiceSpec service#1:ServiceReference group?#2:string version?#3:string insecureSkipTLSVerify?#4:bool caBundle?#5:bytes groupPriorityMinimum!+#7:int versionPriority!+#8:int
apiregistration.v1.APIServiceStatus conditions?#1:[type]APIServiceCondition~type
apiregistration.v1.ServiceReference namespace?#1:string name?#2:string port#3:int
apps.v1.ControllerRevision metadata+#1:meta.v1.ObjectMeta data+#2:any revision!+#3:long
apps.v1.DaemonSet metadata+#1:meta.v1.ObjectMeta spec+#2:DaemonSetSpec status+#3:DaemonSetStatus
apps.v1.DaemonSetCondition type!+#1:string status!+#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string
apps.v1.DaemonSetSpec selector!#1:meta.v1.LabelSelector template!+#2:core.v1.PodTemplateSpec updateStrategy+#3:DaemonSetUpdateStrategy minReadySeconds?#4:int revisionHistoryLimit#6:int
apps.v1.DaemonSetStatus currentNumberScheduled!+#1:int numberMisscheduled!+#2:int desiredNumberScheduled!+#3:int numberReady!+#4:int observedGeneration?#5:long updatedNumberScheduled?#6:int numberAvailable?#7:int numberUnavailable?#8:int collisionCount#9:int conditions?#10:[type]DaemonSetCondition~type
apps.v1.DaemonSetUpdateStrategy type?#1:"OnDelete|RollingUpdate" rollingUpdate#2:RollingUpdateDaemonSet
apps.v1.Deployment metadata+#1:meta.v1.ObjectMeta spec+#2:DeploymentSpec status+#3:DeploymentStatus
apps.v1.DeploymentCondition type!+#1:string status!+#2:string lastUpdateTime+#6:time lastTransitionTime+#7:time reason?#4:string message?#5:string
apps.v1.DeploymentSpec replicas#1:int selector!#2:meta.v1.LabelSelector template!+#3:core.v1.PodTemplateSpec strategy+#4:DeploymentStrategy~^ minReadySeconds?#5:int revisionHistoryLimit#6:int paused?#7:bool progressDeadlineSeconds#9:int
apps.v1.DeploymentStatus observedGeneration?#1:long replicas?#2:int updatedReplicas?#3:int readyReplicas?#7:int availableReplicas?#4:int unavailableReplicas?#5:int terminatingReplicas#9:int conditions?#6:[type]DeploymentCondition~type collisionCount#8:int
apps.v1.DeploymentStrategy type?#1:"Recreate|RollingUpdate" rollingUpdate#2:RollingUpdateDeployment
apps.v1.ReplicaSet metadata+#1:meta.v1.ObjectMeta spec+#2:ReplicaSetSpec status+#3:ReplicaSetStatus
apps.v1.ReplicaSetCondition type!+#1:string status!+#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string
apps.v1.ReplicaSetSpec replicas#1:int minReadySeconds?#4:int selector!#2:meta.v1.LabelSelector template+#3:core.v1.PodTemplateSpec
apps.v1.ReplicaSetStatus replicas!+#1:int fullyLabeledReplicas?#2:int readyReplicas?#4:int availableReplicas?#5:int terminatingReplicas#7:int observedGeneration?#3:long conditions?#6:[type]ReplicaSetCondition~type
apps.v1.RollingUpdateDaemonSet maxUnavailable#1:intOrString maxSurge#2:intOrString
apps.v1.RollingUpdateDeployment maxUnavailable#1:intOrString maxSurge#2:intOrString
apps.v1.RollingUpdateStatefulSetStrategy partition#1:int maxUnavailable#2:intOrString
apps.v1.StatefulSet metadata+#1:meta.v1.ObjectMeta spec+#2:StatefulSetSpec status+#3:StatefulSetStatus
apps.v1.StatefulSetCondition type!+#1:string status!+#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string
apps.v1.StatefulSetOrdinals start+#1:int
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted?#1:string whenScaled?#2:string
apps.v1.StatefulSetSpec replicas#1:int selector!#2:meta.v1.LabelSelector template!+#3:core.v1.PodTemplateSpec volumeClaimTemplates?#4:[]core.v1.PersistentVolumeClaim serviceName+#5:string podManagementPolicy?#6:"OrderedReady|Parallel" updateStrategy+#7:StatefulSetUpdateStrategy revisionHistoryLimit#8:int minReadySeconds?#9:int persistentVolumeClaimRetentionPolicy#10:StatefulSetPersistentVolumeClaimRetentionPolicy ordinals#11:StatefulSetOrdinals
apps.v1.StatefulSetStatus observedGeneration?#1:long replicas!+#2:int readyReplicas?#3:int currentReplicas?#4:int updatedReplicas?#5:int currentRevision?#6:string updateRevision?#7:string collisionCount#9:int conditions?#10:[type]StatefulSetCondition~type availableReplicas+#11:int
apps.v1.StatefulSetUpdateStrategy type?#1:"OnDelete|RollingUpdate" rollingUpdate#2:RollingUpdateStatefulSetStrategy
authentication.v1.BoundObjectReference kind?#1:string apiVersion?#2:string name?#3:string uid?#4:string
authentication.v1.SelfSubjectReview metadata+#1:meta.v1.ObjectMeta status+#2:SelfSubjectReviewStatus
authentication.v1.SelfSubjectReviewStatus userInfo+#1:UserInfo
authentication.v1.TokenRequest metadata+#1:meta.v1.ObjectMeta spec+#2:TokenRequestSpec status+#3:TokenRequestStatus
authentication.v1.TokenRequestSpec audiences+#1:[]string expirationSeconds#4:long boundObjectRef#3:BoundObjectReference
authentication.v1.TokenRequestStatus token+#1:string expirationTimestamp+#2:time
authentication.v1.TokenReview metadata+#1:meta.v1.ObjectMeta spec!+#2:TokenReviewSpec status+#3:TokenReviewStatus
authentication.v1.TokenReviewSpec token!?#1:string audiences?#2:[]string
authentication.v1.TokenReviewStatus authenticated?#1:bool user+#2:UserInfo audiences?#4:[]string error?#3:string
authentication.v1.UserInfo username?#1:string uid?#2:string groups?#3:[]string extra?#4:{}[]string
authorization.v1.FieldSelectorAttributes rawSelector?#1:string requirements?#2:[]meta.v1.FieldSelectorRequirement
authorization.v1.LabelSelectorAttributes rawSelector?#1:string requirements?#2:[]meta.v1.LabelSelectorRequirement
authorization.v1.LocalSubjectAccessReview metadata+#1:meta.v1.ObjectMeta spec!+#2:SubjectAccessReviewSpec status+#3:SubjectAccessReviewStatus
authorization.v1.NonResourceAttributes path?#1:string verb?#2:string
authorization.v1.NonResourceRule verbs!+#1:[]string nonResourceURLs?#2:[]string
authorization.v1.ResourceAttributes namespace?#1:string verb?#2:string group?#3:string version?#4:string resource?#5:string subresource?#6:string name?#7:string fieldSelector#8:FieldSelectorAttributes labelSelector#9:LabelSelectorAttributes
authorization.v1.ResourceRule verbs!+#1:[]string apiGroups?#2:[]string resources?#3:[]string resourceNames?#4:[]string
authorization.v1.SelfSubjectAccessReview metadata+#1:meta.v1.ObjectMeta spec!+#2:SelfSubjectAccessReviewSpec status+#3:SubjectAccessReviewStatus
authorization.v1.SelfSubjectAccessReviewSpec resourceAttributes#1:ResourceAttributes nonResourceAttributes#2:NonResourceAttributes
authorization.v1.SelfSubjectRulesReview metadata+#1:meta.v1.ObjectMeta spec!+#2:SelfSubjectRulesReviewSpec status+#3:SubjectRulesReviewStatus
authorization.v1.SelfSubjectRulesReviewSpec namespace?#1:string
authorization.v1.SubjectAccessReview metadata+#1:meta.v1.ObjectMeta spec!+#2:SubjectAccessReviewSpec status+#3:SubjectAccessReviewStatus
authorization.v1.SubjectAccessReviewSpec resourceAttributes#1:ResourceAttributes nonResourceAttributes#2:NonResourceAttributes user?#3:string groups?#4:[]string extra?#5:{}[]string uid?#6:string
authorization.v1.SubjectAccessReviewStatus allowed!+#1:bool denied?#4:bool reason?#2:string evaluationError?#3:string
authorization.v1.SubjectRulesReviewStatus resourceRules!+#1:[]ResourceRule nonResourceRules!+#2:[]NonResourceRule incomplete!+#3:bool evaluationError?#4:string
autoscaling.v1.CrossVersionObjectReference% kind!+#1:string name!+#2:string apiVersion?#3:string
autoscaling.v1.HorizontalPodAutoscaler metadata+#1:meta.v1.ObjectMeta spec!+#2:HorizontalPodAutoscalerSpec status+#3:HorizontalPodAutoscalerStatus
autoscaling.v1.HorizontalPodAutoscalerSpec scaleTargetRef!+#1:CrossVersionObjectReference minReplicas#2:int maxReplicas!+#3:int targetCPUUtilizationPercentage#4:int
autoscaling.v1.HorizontalPodAutoscalerStatus observedGeneration#1:long lastScaleTime#2:time currentReplicas!+#3:int desiredReplicas!+#4:int currentCPUUtilizationPercentage#5:int
autoscaling.v1.Scale metadata+#1:meta.v1.ObjectMeta spec+#2:ScaleSpec status+#3:ScaleStatus
autoscaling.v1.ScaleSpec replicas?#1:int
autoscaling.v1.ScaleStatus replicas!+#1:int selector?#2:string
autoscaling.v2.ContainerResourceMetricSource name!+#1:string target!+#2:MetricTarget container!+#3:string
autoscaling.v2.ContainerResourceMetricStatus name!+#1:string current!+#2:MetricValueStatus container!+#3:string
autoscaling.v2.CrossVersionObjectReference kind!+#1:string name!+#2:string apiVersion?#3:string
autoscaling.v2.ExternalMetricSource metric!+#1:MetricIdentifier target!+#2:MetricTarget
autoscaling.v2.ExternalMetricStatus metric!+#1:MetricIdentifier current!+#2:MetricValueStatus
autoscaling.v2.HPAScalingPolicy type!+#1:string value!+#2:int periodSeconds!+#3:int
autoscaling.v2.HPAScalingRules stabilizationWindowSeconds#3:int selectPolicy#1:string policies?#2:[]HPAScalingPolicy tolerance#4:quantity
autoscaling.v2.HorizontalPodAutoscaler metadata+#1:meta.v1.ObjectMeta spec!+#2:HorizontalPodAutoscalerSpec status+#3:HorizontalPodAutoscalerStatus
autoscaling.v2.HorizontalPodAutoscalerBehavior scaleUp#1:HPAScalingRules scaleDown#2:HPAScalingRules
autoscaling.v2.HorizontalPodAutoscalerCondition type!+#1:string status!+#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string
autoscaling.v2.HorizontalPodAutoscalerSpec scaleTargetRef!+#1:CrossVersionObjectReference minReplicas#2:int maxReplicas!+#3:int metrics?#4:[]MetricSpec behavior#5:HorizontalPodAutoscalerBehavior
autoscaling.v2.HorizontalPodAutoscalerStatus observedGeneration#1:long lastScaleTime#2:time currentReplicas?#3:int desiredReplicas!+#4:int currentMetrics+#5:[]MetricStatus conditions?#6:[type]HorizontalPodAutoscalerCondition~type
autoscaling.v2.MetricIdentifier name!+#1:string selector#2:meta.v1.LabelSelector
autoscaling.v2.MetricSpec type!+#1:string object#2:ObjectMetricSource pods#3:PodsMetricSource resource#4:ResourceMetricSource containerResource#7:ContainerResourceMetricSource external#5:ExternalMetricSource
autoscaling.v2.MetricStatus type!+#1:string object#2:ObjectMetricStatus pods#3:PodsMetricStatus resource#4:ResourceMetricStatus containerResource#7:ContainerResourceMetricStatus external#5:ExternalMetricStatus
autoscaling.v2.MetricTarget type!+#1:string value#2:quantity averageValue#3:quantity averageUtilization#4:int
autoscaling.v2.MetricValueStatus value#1:quantity averageValue#2:quantity averageUtilization#3:int
autoscaling.v2.ObjectMetricSource describedObject!+#1:CrossVersionObjectReference target!+#2:MetricTarget metric!+#3:MetricIdentifier
autoscaling.v2.ObjectMetricStatus metric!+#1:MetricIdentifier current!+#2:MetricValueStatus describedObject!+#3:CrossVersionObjectReference
autoscaling.v2.PodsMetricSource metric!+#1:MetricIdentifier target!+#2:MetricTarget
autoscaling.v2.PodsMetricStatus metric!+#1:MetricIdentifier current!+#2:MetricValueStatus
autoscaling.v2.ResourceMetricSource name!+#1:string target!+#2:MetricTarget
autoscaling.v2.ResourceMetricStatus name!+#1:string current!+#2:MetricValueStatus
batch.v1.CronJob metadata+#1:meta.v1.ObjectMeta spec!+#2:CronJobSpec status+#3:CronJobStatus
batch.v1.CronJobSpec schedule!+#1:string timeZone#8:string startingDeadlineSeconds#2:long concurrencyPolicy?#3:"Allow|Forbid|Replace" suspend#4:bool jobTemplate!+#5:JobTemplateSpec successfulJobsHistoryLimit#6:int failedJobsHistoryLimit#7:int
batch.v1.CronJobStatus active?#1:[]core.v1.ObjectReference lastScheduleTime#4:time lastSuccessfulTime#5:time
batch.v1.Job metadata+#1:meta.v1.ObjectMeta spec+#2:JobSpec status+#3:JobStatus
batch.v1.JobCondition type!+#1:string status!+#2:string lastProbeTime+#3:time lastTransitionTime+#4:time reason?#5:string message?#6:string
batch.v1.JobSpec parallelism#1:int completions#2:int activeDeadlineSeconds#3:long podFailurePolicy#11:PodFailurePolicy successPolicy#16:SuccessPolicy backoffLimit#7:int backoffLimitPerIndex#12:int maxFailedIndexes#13:int selector#4:meta.v1.LabelSelector manualSelector#5:bool template!+#6:core.v1.PodTemplateSpec ttlSecondsAfterFinished#8:int completionMode#9:"Indexed|NonIndexed" suspend#10:bool podReplacementPolicy#14:"Failed|TerminatingOrFailed" managedBy#15:string
batch.v1.JobStatus conditions?#1:[]JobCondition~type startTime#2:time completionTime#3:time active?#4:int succeeded?#5:int failed?#6:int terminating#11:int completedIndexes?#7:string failedIndexes#10:string uncountedTerminatedPods#8:UncountedTerminatedPods ready#9:int
batch.v1.JobTemplateSpec metadata+#1:meta.v1.ObjectMeta spec+#2:JobSpec
batch.v1.PodFailurePolicy rules!+#1:[]PodFailurePolicyRule
batch.v1.PodFailurePolicyOnExitCodesRequirement containerName#1:string operator!+#2:"In|NotIn" values!+#3:[=]int
batch.v1.PodFailurePolicyOnPodConditionsPattern type!+#1:string status+#2:string
batch.v1.PodFailurePolicyRule action!+#1:"Count|FailIndex|FailJob|Ignore" onExitCodes#2:PodFailurePolicyOnExitCodesRequirement onPodConditions?#3:[]PodFailurePolicyOnPodConditionsPattern
batch.v1.SuccessPolicy rules!+#1:[]SuccessPolicyRule
batch.v1.SuccessPolicyRule succeededIndexes#1:string succeededCount#2:int
batch.v1.UncountedTerminatedPods succeeded?#1:[=]string failed?#2:[=]string
certificates.v1.CertificateSigningRequest metadata+#1:meta.v1.ObjectMeta spec!+#2:CertificateSigningRequestSpec status+#3:CertificateSigningRequestStatus
certificates.v1.CertificateSigningRequestCondition type!+#1:string status!+#6:string reason?#2:string message?#3:string lastUpdateTime+#4:time lastTransitionTime+#5:time
certificates.v1.CertificateSigningRequestSpec request!+#1:bytes signerName!+#7:string expirationSeconds#8:int usages?#5:[]string username?#2:string uid?#3:string groups?#4:[]string extra?#6:{}[]string
certificates.v1.CertificateSigningRequestStatus conditions?#1:[type]CertificateSigningRequestCondition certificate?#2:bytes
coordination.v1.Lease metadata+#1:meta.v1.ObjectMeta spec+#2:LeaseSpec
coordination.v1.LeaseSpec holderIdentity#1:string leaseDurationSeconds#2:int acquireTime#3:microTime renewTime#4:microTime leaseTransitions#5:int strategy#6:string preferredHolder#7:string
core.v1.AWSElasticBlockStoreVolumeSource volumeID!+#1:string fsType?#2:string partition?#3:int readOnly?#4:bool
core.v1.Affinity nodeAffinity#1:NodeAffinity podAffinity#2:PodAffinity podAntiAffinity#3:PodAntiAffinity
core.v1.AppArmorProfile type!+#1:"Localhost|RuntimeDefault|Unconfined" localhostProfile#2:string
core.v1.AttachedVolume name!+#1:string devicePath!+#2:string
core.v1.AzureDiskVolumeSource diskName!+#1:string diskURI!+#2:string cachingMode#3:"None|ReadOnly|ReadWrite" fsType#4:string readOnly#5:bool kind#6:"Dedicated|Managed|Shared"
core.v1.AzureFilePersistentVolumeSource secretName!+#1:string shareName!+#2:string readOnly?#3:bool secretNamespace#4:string
core.v1.AzureFileVolumeSource secretName!+#1:string shareName!+#2:string readOnly?#3:bool
core.v1.Binding metadata+#1:meta.v1.ObjectMeta target!+#2:ObjectReference
core.v1.CSIPersistentVolumeSource driver!+#1:string volumeHandle!+#2:string readOnly?#3:bool fsType?#4:string volumeAttributes?#5:{}string controllerPublishSecretRef#6:SecretReference nodeStageSecretRef#7:SecretReference nodePublishSecretRef#8:SecretReference controllerExpandSecretRef#9:SecretReference nodeExpandSecretRef#10:SecretReference
core.v1.CSIVolumeSource driver!+#1:string readOnly#2:bool fsType#3:string volumeAttributes?#4:{}string nodePublishSecretRef#5:LocalObjectReference
core.v1.Capabilities add?#1:[]string drop?#2:[]string
core.v1.CephFSPersistentVolumeSource monitors!+#1:[]string path?#2:string user?#3:string secretFile?#4:string secretRef#5:SecretReference readOnly?#6:bool
core.v1.CephFSVolumeSource monitors!+#1:[]string path?#2:string user?#3:string secretFile?#4:string secretRef#5:LocalObjectReference readOnly?#6:bool
core.v1.CinderPersistentVolumeSource volumeID!+#1:string fsType?#2:string readOnly?#3:bool secretRef#4:SecretReference
core.v1.CinderVolumeSource volumeID!+#1:string fsType?#2:string readOnly?#3:bool secretRef#4:LocalObjectReference
core.v1.ClientIPConfig timeoutSeconds#1:int
core.v1.ClusterTrustBundleProjection name#1:string signerName#2:string labelSelector#3:meta.v1.LabelSelector optional#5:bool path!+#4:string
core.v1.ComponentCondition type!+#1:string status!+#2:string message?#3:string error?#4:string
core.v1.ComponentStatus metadata+#1:meta.v1.ObjectMeta conditions?#2:[type]ComponentCondition~type
core.v1.ConfigMap metadata+#1:meta.v1.ObjectMeta immutable#4:bool data?#2:{}string binaryData?#3:{}bytes
core.v1.ConfigMapEnvSource name?#1.1:string optional#2:bool
core.v1.ConfigMapKeySelector% name?#1.1:string key!+#2:string optional#3:bool
core.v1.ConfigMapNodeConfigSource namespace!+#1:string name!+#2:string uid?#3:string resourceVersion?#4:string kubeletConfigKey!+#5:string
core.v1.ConfigMapProjection name?#1.1:string items?#2:[]KeyToPath optional#4:bool
core.v1.ConfigMapVolumeSource name?#1.1:string items?#2:[]KeyToPath defaultMode#3:int optional#4:bool
core.v1.Container name!+#1:string image?#2:string command?#3:[]string args?#4:[]string workingDir?#5:string ports?#6:[containerPort+protocol]ContainerPort~containerPort envFrom?#19:[]EnvFromSource env?#7:[name]EnvVar~name resources+#8:ResourceRequirements resizePolicy?#23:[]ContainerResizePolicy restartPolicy#24:string restartPolicyRules?#25:[]ContainerRestartRule volumeMounts?#9:[mountPath]VolumeMount~mountPath volumeDevices?#21:[devicePath]VolumeDevice~devicePath livenessProbe#10:Probe readinessProbe#11:Probe startupProbe#22:Probe lifecycle#12:Lifecycle terminationMessagePath?#13:string terminationMessagePolicy?#20:"FallbackToLogsOnError|File" imagePullPolicy?#14:"Always|IfNotPresent|Never" securityContext#15:SecurityContext stdin?#16:bool stdinOnce?#17:bool tty?#18:bool
core.v1.ContainerExtendedResourceRequest containerName!+#1:string resourceName!+#2:string requestName!+#3:string
core.v1.ContainerImage names+#1:[]string sizeBytes?#2:long
core.v1.ContainerPort name?#1:string hostPort?#2:int containerPort!+#3:int protocol?#4:"SCTP|TCP|UDP" hostIP?#5:string
core.v1.ContainerResizePolicy resourceName!+#1:string restartPolicy!+#2:string
core.v1.ContainerRestartRule action!?#1:string exitCodes#2:ContainerRestartRuleOnExitCodes
core.v1.ContainerRestartRuleOnExitCodes operator!?#1:string values?#2:[=]int
core.v1.ContainerState waiting#1:ContainerStateWaiting running#2:ContainerStateRunning terminated#3:ContainerStateTerminated
core.v1.ContainerStateRunning startedAt+#1:time
core.v1.ContainerStateTerminated exitCode!+#1:int signal?#2:int reason?#3:string message?#4:string startedAt+#5:time finishedAt+#6:time containerID?#7:string
core.v1.ContainerStateWaiting reason?#1:string message?#2:string
core.v1.ContainerStatus name!+#1:string state+#2:ContainerState lastState+#3:ContainerState ready!+#4:bool restartCount!+#5:int image!+#6:string imageID!+#7:string containerID?#8:string started#9:bool allocatedResources?#10:{}quantity resources#11:ResourceRequirements volumeMounts?#12:[mountPath]VolumeMountStatus~mountPath user#13:ContainerUser allocatedResourcesStatus?#14:[name]ResourceStatus~name stopSignal#15:"SIGABRT|SIGALRM|SIGBUS|SIGCHLD|SIGCLD|SIGCONT|SIGFPE|SIGHUP|SIGILL|SIGINT|SIGIO|SIGIOT|SIGKILL|SIGPIPE|SIGPOLL|SIGPROF|SIGPWR|SIGQUIT|SIGRTMAX|SIGRTMAX-1|SIGRTMAX-10|SIGRTMAX-11|SIGRTMAX-12|SIGRTMAX-13|SIGRTMAX-14|SIGRTMAX-2|SIGRTMAX-3|SIGRTMAX-4|SIGRTMAX-5|SIGRTMAX-6|SIGRTMAX-7|SIGRTMAX-8|SIGRTMAX-9|SIGRTMIN|SIGRTMIN+1|SIGRTMIN+10|SIGRTMIN+11|SIGRTMIN+12|SIGRTMIN+13|SIGRTMIN+14|SIGRTMIN+15|SIGRTMIN+2|SIGRTMIN+3|SIGRTMIN+4|SIGRTMIN+5|SIGRTMIN+6|SIGRTMIN+7|SIGRTMIN+8|SIGRTMIN+9|SIGSEGV|SIGSTKFLT|SIGSTOP|SIGSYS|SIGTERM|SIGTRAP|SIGTSTP|SIGTTIN|SIGTTOU|SIGURG|SIGUSR1|SIGUSR2|SIGVTALRM|SIGWINCH|SIGXCPU|SIGXFSZ"
core.v1.ContainerUser linux#1:LinuxContainerUser
core.v1.DaemonEndpoint Port!+#1:int
core.v1.DownwardAPIProjection items?#1:[]DownwardAPIVolumeFile
core.v1.DownwardAPIVolumeFile path!+#1:string fieldRef#2:ObjectFieldSelector resourceFieldRef#3:ResourceFieldSelector mode#4:int
core.v1.DownwardAPIVolumeSource items?#1:[]DownwardAPIVolumeFile defaultMode#2:int
core.v1.EmptyDirVolumeSource medium?#1:string sizeLimit#2:quantity
core.v1.EndpointAddress% ip!+#1:string hostname?#3:string nodeName#4:string targetRef#2:ObjectReference
core.v1.EndpointPort% name?#1:string port!+#2:int protocol?#3:"SCTP|TCP|UDP" appProtocol#4:string
core.v1.EndpointSubset addresses?#1:[]EndpointAddress notReadyAddresses?#2:[]EndpointAddress ports?#3:[]EndpointPort
core.v1.Endpoints metadata+#1:meta.v1.ObjectMeta subsets?#2:[]EndpointSubset
core.v1.EnvFromSource prefix?#1:string configMapRef#2:ConfigMapEnvSource secretRef#3:SecretEnvSource
core.v1.EnvVar name!+#1:string value?#2:string valueFrom#3:EnvVarSource
core.v1.EnvVarSource fieldRef#1:ObjectFieldSelector resourceFieldRef#2:ResourceFieldSelector configMapKeyRef#3:ConfigMapKeySelector secretKeyRef#4:SecretKeySelector fileKeyRef#5:FileKeySelector
core.v1.EphemeralContainer name!+#1.1:string image?#1.2:string command?#1.3:[]string args?#1.4:[]string workingDir?#1.5:string ports?#1.6:[containerPort+protocol]ContainerPort~containerPort envFrom?#1.19:[]EnvFromSource env?#1.7:[name]EnvVar~name resources+#1.8:ResourceRequirements resizePolicy?#1.23:[]ContainerResizePolicy restartPolicy#1.24:string restartPolicyRules?#1.25:[]ContainerRestartRule volumeMounts?#1.9:[mountPath]VolumeMount~mountPath volumeDevices?#1.21:[devicePath]VolumeDevice~devicePath livenessProbe#1.10:Probe readinessProbe#1.11:Probe startupProbe#1.22:Probe lifecycle#1.12:Lifecycle terminationMessagePath?#1.13:string terminationMessagePolicy?#1.20:"FallbackToLogsOnError|File" imagePullPolicy?#1.14:"Always|IfNotPresent|Never" securityContext#1.15:SecurityContext stdin?#1.16:bool stdinOnce?#1.17:bool tty?#1.18:bool targetContainerName?#2:string
core.v1.EphemeralVolumeSource volumeClaimTemplate#1:PersistentVolumeClaimTemplate
core.v1.Event metadata!+#1:meta.v1.ObjectMeta involvedObject!+#2:ObjectReference reason?#3:string message?#4:string source+#5:EventSource firstTimestamp+#6:time lastTimestamp+#7:time count?#8:int type?#9:string eventTime+#10:microTime series#11:EventSeries action?#12:string related#13:ObjectReference reportingComponent+#14:string reportingInstance+#15:string
core.v1.EventSeries count?#1:int lastObservedTime+#2:microTime
core.v1.EventSource component?#1:string host?#2:string
core.v1.ExecAction command?#1:[]string
core.v1.FCVolumeSource targetWWNs?#1:[]string lun#2:int fsType?#3:string readOnly?#4:bool wwids?#5:[]string
core.v1.FileKeySelector% volumeName!+#1:string path!+#2:string key!+#3:string optional#4:bool
core.v1.FlexPersistentVolumeSource driver!+#1:string fsType?#2:string secretRef#3:SecretReference readOnly?#4:bool options?#5:{}string
core.v1.FlexVolumeSource driver!+#1:string fsType?#2:string secretRef#3:LocalObjectReference readOnly?#4:bool options?#5:{}string
core.v1.FlockerVolumeSource datasetName?#1:string datasetUUID?#2:string
core.v1.GCEPersistentDiskVolumeSource pdName!+#1:string fsType?#2:string partition?#3:int readOnly?#4:bool
core.v1.GRPCAction port!+#1:int service#2:string
core.v1.GitRepoVolumeSource repository!+#1:string revision?#2:string directory?#3:string
core.v1.GlusterfsPersistentVolumeSource endpoints!+#1:string path!+#2:string readOnly?#3:bool endpointsNamespace#4:string
core.v1.GlusterfsVolumeSource endpoints!+#1:string path!+#2:string readOnly?#3:bool
core.v1.HTTPGetAction path?#1:string port!+#2:intOrString host?#3:string scheme?#4:"HTTP|HTTPS" httpHeaders?#5:[]HTTPHeader
core.v1.HTTPHeader name!+#1:string value!+#2:string
core.v1.HostAlias ip!+#1:string hostnames?#2:[]string
core.v1.HostIP ip!+#1:string
core.v1.HostPathVolumeSource path!+#1:string type#2:"|BlockDevice|CharDevice|Directory|DirectoryOrCreate|File|FileOrCreate|Socket"
core.v1.ISCSIPersistentVolumeSource targetPortal!+#1:string iqn!+#2:string lun!+#3:int iscsiInterface?#4:string fsType?#5:string readOnly?#6:bool portals?#7:[]string chapAuthDiscovery?#8:bool chapAuthSession?#11:bool secretRef#10:SecretReference initiatorName#12:string
core.v1.ISCSIVolumeSource targetPortal!+#1:string iqn!+#2:string lun!+#3:int iscsiInterface?#4:string fsType?#5:string readOnly?#6:bool portals?#7:[]string chapAuthDiscovery?#8:bool chapAuthSession?#11:bool secretRef#10:LocalObjectReference initiatorName#12:string
core.v1.ImageVolumeSource reference?#1:string pullPolicy?#2:"Always|IfNotPresent|Never"
core.v1.ImageVolumeStatus imageRef!?#1:string
core.v1.KeyToPath key!+#1:string path!+#2:string mode#3:int
core.v1.Lifecycle postStart#1:LifecycleHandler preStop#2:LifecycleHandler stopSignal#3:"SIGABRT|SIGALRM|SIGBUS|SIGCHLD|SIGCLD|SIGCONT|SIGFPE|SIGHUP|SIGILL|SIGINT|SIGIO|SIGIOT|SIGKILL|SIGPIPE|SIGPOLL|SIGPROF|SIGPWR|SIGQUIT|SIGRTMAX|SIGRTMAX-1|SIGRTMAX-10|SIGRTMAX-11|SIGRTMAX-12|SIGRTMAX-13|SIGRTMAX-14|SIGRTMAX-2|SIGRTMAX-3|SIGRTMAX-4|SIGRTMAX-5|SIGRTMAX-6|SIGRTMAX-7|SIGRTMAX-8|SIGRTMAX-9|SIGRTMIN|SIGRTMIN+1|SIGRTMIN+10|SIGRTMIN+11|SIGRTMIN+12|SIGRTMIN+13|SIGRTMIN+14|SIGRTMIN+15|SIGRTMIN+2|SIGRTMIN+3|SIGRTMIN+4|SIGRTMIN+5|SIGRTMIN+6|SIGRTMIN+7|SIGRTMIN+8|SIGRTMIN+9|SIGSEGV|SIGSTKFLT|SIGSTOP|SIGSYS|SIGTERM|SIGTRAP|SIGTSTP|SIGTTIN|SIGTTOU|SIGURG|SIGUSR1|SIGUSR2|SIGVTALRM|SIGWINCH|SIGXCPU|SIGXFSZ"
core.v1.LifecycleHandler exec#1:ExecAction httpGet#2:HTTPGetAction tcpSocket#3:TCPSocketAction sleep#4:SleepAction
core.v1.LimitRange metadata+#1:meta.v1.ObjectMeta spec+#2:LimitRangeSpec
core.v1.LimitRangeItem type!+#1:string max?#2:{}quantity min?#3:{}quantity default?#4:{}quantity defaultRequest?#5:{}quantity maxLimitRequestRatio?#6:{}quantity
core.v1.LimitRangeSpec limits!+#1:[]LimitRangeItem
core.v1.LinuxContainerUser uid!+#1:long gid!+#2:long supplementalGroups?#3:[]long
core.v1.LoadBalancerIngress ip?#1:string hostname?#2:string ipMode#3:string ports?#4:[]PortStatus
core.v1.LoadBalancerStatus ingress?#1:[]LoadBalancerIngress
core.v1.LocalObjectReference% name?#1:string
core.v1.LocalVolumeSource path!+#1:string fsType#2:string
core.v1.ModifyVolumeStatus targetVolumeAttributesClassName?#1:string status!+#2:"InProgress|Infeasible|Pending"
core.v1.NFSVolumeSource server!+#1:string path!+#2:string readOnly?#3:bool
core.v1.Namespace metadata+#1:meta.v1.ObjectMeta spec+#2:NamespaceSpec status+#3:NamespaceStatus
core.v1.NamespaceCondition type!+#1:string status!+#2:string lastTransitionTime+#4:time reason?#5:string message?#6:string
core.v1.NamespaceSpec finalizers?#1:[]string
core.v1.NamespaceStatus phase?#1:"Active|Terminating" conditions?#2:[type]NamespaceCondition~type
core.v1.Node metadata+#1:meta.v1.ObjectMeta spec+#2:NodeSpec status+#3:NodeStatus
core.v1.NodeAddress type!+#1:string address!+#2:string
core.v1.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution#1:NodeSelector preferredDuringSchedulingIgnoredDuringExecution?#2:[]PreferredSchedulingTerm
core.v1.NodeAllocatableResourceClaimStatus resourceClaimName!+#1:string containers?#2:[=]string resources!+#3:{}quantity
core.v1.NodeCondition type!+#1:string status!+#2:string lastHeartbeatTime+#3:time lastTransitionTime+#4:time reason?#5:string message?#6:string
core.v1.NodeConfigSource configMap#2:ConfigMapNodeConfigSource
core.v1.NodeConfigStatus assigned#1:NodeConfigSource active#2:NodeConfigSource lastKnownGood#3:NodeConfigSource error?#4:string
core.v1.NodeDaemonEndpoints kubeletEndpoint+#1:DaemonEndpoint
core.v1.NodeFeatures supplementalGroupsPolicy#1:bool
core.v1.NodeRuntimeHandler name+#1:string features#2:NodeRuntimeHandlerFeatures
core.v1.NodeRuntimeHandlerFeatures recursiveReadOnlyMounts#1:bool userNamespaces#2:bool
core.v1.NodeSelector% nodeSelectorTerms!+#1:[]NodeSelectorTerm
core.v1.NodeSelectorRequirement key!+#1:string operator!+#2:"DoesNotExist|Exists|Gt|In|Lt|NotIn" values?#3:[]string
core.v1.NodeSelectorTerm% matchExpressions?#1:[]NodeSelectorRequirement matchFields?#2:[]NodeSelectorRequirement
core.v1.NodeSpec podCIDR?#1:string podCIDRs?#7:[=]string~. providerID?#3:string unschedulable?#4:bool taints?#5:[]Taint configSource#6:NodeConfigSource externalID?#2:string
core.v1.NodeStatus capacity?#1:{}quantity allocatable?#2:{}quantity phase?#3:"Pending|Running|Terminated" conditions?#4:[type]NodeCondition~type addresses?#5:[type]NodeAddress~type daemonEndpoints+#6:NodeDaemonEndpoints nodeInfo+#7:NodeSystemInfo images?#8:[]ContainerImage volumesInUse?#9:[]string volumesAttached?#10:[]AttachedVolume config#11:NodeConfigStatus runtimeHandlers?#12:[]NodeRuntimeHandler features#13:NodeFeatures declaredFeatures?#14:[]string
core.v1.NodeSwapStatus capacity#1:long
core.v1.NodeSystemInfo machineID!+#1:string systemUUID!+#2:string bootID!+#3:string kernelVersion!+#4:string osImage!+#5:string containerRuntimeVersion!+#6:string kubeletVersion!+#7:string kubeProxyVersion!+#8:string operatingSystem!+#9:string architecture!+#10:string swap#11:NodeSwapStatus
core.v1.ObjectFieldSelector% apiVersion?#1:string fieldPath!+#2:string
core.v1.ObjectReference% kind?#1:string namespace?#2:string name?#3:string uid?#4:string apiVersion?#5:string resourceVersion?#6:string fieldPath?#7:string
core.v1.PersistentVolume metadata+#1:meta.v1.ObjectMeta spec+#2:PersistentVolumeSpec status+#3:PersistentVolumeStatus
core.v1.PersistentVolumeClaim kind?:string apiVersion?:string metadata+#1:meta.v1.ObjectMeta spec+#2:PersistentVolumeClaimSpec status+#3:PersistentVolumeClaimStatus
core.v1.PersistentVolumeClaimCondition type!+#1:string status!+#2:string lastProbeTime+#3:time lastTransitionTime+#4:time reason?#5:string message?#6:string
core.v1.PersistentVolumeClaimSpec accessModes?#1:[]"ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod" selector#4:meta.v1.LabelSelector resources+#2:VolumeResourceRequirements volumeName?#3:string storageClassName#5:string volumeMode#6:"Block|Filesystem" dataSource#7:TypedLocalObjectReference dataSourceRef#8:TypedObjectReference volumeAttributesClassName#9:string
core.v1.PersistentVolumeClaimStatus phase?#1:"Bound|Lost|Pending" accessModes?#2:[]"ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod" capacity?#3:{}quantity conditions?#4:[type]PersistentVolumeClaimCondition~type allocatedResources?#5:{}quantity allocatedResourceStatuses?#7:{}"ControllerResizeInProgress|ControllerResizeInfeasible|NodeResizeInProgress|NodeResizeInfeasible|NodeResizePending" currentVolumeAttributesClassName#8:string modifyVolumeStatus#9:ModifyVolumeStatus
core.v1.PersistentVolumeClaimTemplate metadata+#1:meta.v1.ObjectMeta spec!+#2:PersistentVolumeClaimSpec
core.v1.PersistentVolumeClaimVolumeSource claimName!+#1:string readOnly?#2:bool
core.v1.PersistentVolumeSpec capacity?#1:{}quantity gcePersistentDisk#2.1:GCEPersistentDiskVolumeSource awsElasticBlockStore#2.2:AWSElasticBlockStoreVolumeSource hostPath#2.3:HostPathVolumeSource glusterfs#2.4:GlusterfsPersistentVolumeSource nfs#2.5:NFSVolumeSource rbd#2.6:RBDPersistentVolumeSource iscsi#2.7:ISCSIPersistentVolumeSource cinder#2.8:CinderPersistentVolumeSource cephfs#2.9:CephFSPersistentVolumeSource fc#2.10:FCVolumeSource flocker#2.11:FlockerVolumeSource flexVolume#2.12:FlexPersistentVolumeSource azureFile#2.13:AzureFilePersistentVolumeSource vsphereVolume#2.14:VsphereVirtualDiskVolumeSource quobyte#2.15:QuobyteVolumeSource azureDisk#2.16:AzureDiskVolumeSource photonPersistentDisk#2.17:PhotonPersistentDiskVolumeSource portworxVolume#2.18:PortworxVolumeSource scaleIO#2.19:ScaleIOPersistentVolumeSource local#2.20:LocalVolumeSource storageos#2.21:StorageOSPersistentVolumeSource csi#2.22:CSIPersistentVolumeSource accessModes?#3:[]"ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod" claimRef#4:ObjectReference persistentVolumeReclaimPolicy?#5:"Delete|Recycle|Retain" storageClassName?#6:string mountOptions?#7:[]string volumeMode#8:"Block|Filesystem" nodeAffinity#9:VolumeNodeAffinity volumeAttributesClassName#10:string
core.v1.PersistentVolumeStatus phase?#1:"Available|Bound|Failed|Pending|Released" message?#2:string reason?#3:string lastPhaseTransitionTime#4:time
core.v1.PhotonPersistentDiskVolumeSource pdID!+#1:string fsType?#2:string
core.v1.Pod metadata+#1:meta.v1.ObjectMeta spec+#2:PodSpec status+#3:PodStatus
core.v1.PodAffinity requiredDuringSchedulingIgnoredDuringExecution?#1:[]PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution?#2:[]WeightedPodAffinityTerm
core.v1.PodAffinityTerm labelSelector#1:meta.v1.LabelSelector namespaces?#2:[]string topologyKey!+#3:string namespaceSelector#4:meta.v1.LabelSelector matchLabelKeys?#5:[]string mismatchLabelKeys?#6:[]string
core.v1.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution?#1:[]PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution?#2:[]WeightedPodAffinityTerm
core.v1.PodCertificateProjection signerName!?#1:string keyType!?#2:string maxExpirationSeconds#3:int credentialBundlePath?#4:string keyPath?#5:string certificateChainPath?#6:string userAnnotations?#7:{}string
core.v1.PodCondition type!+#1:string observedGeneration?#7:long status!+#2:string lastProbeTime+#3:time lastTransitionTime+#4:time reason?#5:string message?#6:string
core.v1.PodDNSConfig nameservers?#1:[]string searches?#2:[]string options?#3:[]PodDNSConfigOption
core.v1.PodDNSConfigOption name?#1:string value#2:string
core.v1.PodExtendedResourceClaimStatus requestMappings!+#1:[]ContainerExtendedResourceRequest resourceClaimName!+#2:string
core.v1.PodIP ip!+#1:string
core.v1.PodOS name!+#1:string
core.v1.PodReadinessGate conditionType!+#1:string
core.v1.PodResourceClaim name!+#1:string resourceClaimName#3:string resourceClaimTemplateName#4:string
core.v1.PodResourceClaimStatus name!+#1:string resourceClaimName#2:string
core.v1.PodSchedulingGate name!+#1:string
core.v1.PodSchedulingGroup podGroupName#1:string
core.v1.PodSecurityContext seLinuxOptions#1:SELinuxOptions windowsOptions#8:WindowsSecurityContextOptions runAsUser#2:long runAsGroup#6:long runAsNonRoot#3:bool supplementalGroups?#4:[]long supplementalGroupsPolicy#12:"Merge|Strict" fsGroup#5:long sysctls?#7:[]Sysctl fsGroupChangePolicy#9:"Always|OnRootMismatch" seccompProfile#10:SeccompProfile appArmorProfile#11:AppArmorProfile seLinuxChangePolicy#13:string
core.v1.PodSpec volumes?#1:[name]Volume~^name initContainers?#20:[name]Container~name containers!+#2:[name]Container~name ephemeralContainers?#34:[name]EphemeralContainer~name restartPolicy?#3:"Always|Never|OnFailure" terminationGracePeriodSeconds#4:long activeDeadlineSeconds#5:long dnsPolicy?#6:"ClusterFirst|ClusterFirstWithHostNet|Default|None" nodeSelector?#7:{}string% serviceAccountName?#8:string serviceAccount?#9:string automountServiceAccountToken#21:bool nodeName?#10:string hostNetwork?#11:bool hostPID?#12:bool hostIPC?#13:bool shareProcessNamespace#27:bool securityContext#14:PodSecurityContext imagePullSecrets?#15:[name]LocalObjectReference~name hostname?#16:string subdomain?#17:string affinity#18:Affinity schedulerName?#19:string tolerations?#22:[]Toleration hostAliases?#23:[ip]HostAlias~ip priorityClassName?#24:string priority#25:int dnsConfig#26:PodDNSConfig readinessGates?#28:[]PodReadinessGate runtimeClassName#29:string enableServiceLinks#30:bool preemptionPolicy#31:"Never|PreemptLowerPriority" overhead?#32:{}quantity topologySpreadConstraints?#33:[topologyKey+whenUnsatisfiable]TopologySpreadConstraint~topologyKey setHostnameAsFQDN#35:bool os#36:PodOS hostUsers#37:bool schedulingGates?#38:[name]PodSchedulingGate~name resourceClaims?#39:[name]PodResourceClaim~^name resources#40:ResourceRequirements hostnameOverride#41:string schedulingGroup#43:PodSchedulingGroup
core.v1.PodStatus observedGeneration?#17:long phase?#1:"Failed|Pending|Running|Succeeded|Unknown" conditions?#2:[type]PodCondition~type message?#3:string reason?#4:string nominatedNodeName?#11:string hostIP?#5:string hostIPs?#16:[]HostIP~ip podIP?#6:string podIPs?#12:[ip]PodIP~ip startTime#7:time initContainerStatuses?#10:[]ContainerStatus containerStatuses?#8:[]ContainerStatus qosClass?#9:"BestEffort|Burstable|Guaranteed" ephemeralContainerStatuses?#13:[]ContainerStatus resize?#14:string resourceClaimStatuses?#15:[name]PodResourceClaimStatus~^name extendedResourceClaimStatus#18:PodExtendedResourceClaimStatus allocatedResources?#19:{}quantity resources#20:ResourceRequirements nodeAllocatableResourceClaimStatuses?#21:[]NodeAllocatableResourceClaimStatus
core.v1.PodTemplate metadata+#1:meta.v1.ObjectMeta template+#2:PodTemplateSpec
core.v1.PodTemplateSpec metadata+#1:meta.v1.ObjectMeta spec+#2:PodSpec
core.v1.PortStatus port!+#1:int protocol!+#2:"SCTP|TCP|UDP" error#3:string
core.v1.PortworxVolumeSource volumeID!+#1:string fsType?#2:string readOnly?#3:bool
core.v1.PreferredSchedulingTerm weight!+#1:int preference!+#2:NodeSelectorTerm
core.v1.Probe exec#1.1:ExecAction httpGet#1.2:HTTPGetAction tcpSocket#1.3:TCPSocketAction grpc#1.4:GRPCAction initialDelaySeconds?#2:int timeoutSeconds?#3:int periodSeconds?#4:int successThreshold?#5:int failureThreshold?#6:int terminationGracePeriodSeconds#7:long
core.v1.ProjectedVolumeSource sources+#1:[]VolumeProjection defaultMode#2:int
core.v1.QuobyteVolumeSource registry!+#1:string volume!+#2:string readOnly?#3:bool user?#4:string group?#5:string tenant?#6:string
core.v1.RBDPersistentVolumeSource monitors!+#1:[]string image!+#2:string fsType?#3:string pool?#4:string user?#5:string keyring?#6:string secretRef#7:SecretReference readOnly?#8:bool
core.v1.RBDVolumeSource monitors!+#1:[]string image!+#2:string fsType?#3:string pool?#4:string user?#5:string keyring?#6:string secretRef#7:LocalObjectReference readOnly?#8:bool
core.v1.ReplicationController metadata+#1:meta.v1.ObjectMeta spec+#2:ReplicationControllerSpec status+#3:ReplicationControllerStatus
core.v1.ReplicationControllerCondition type!+#1:string status!+#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string
core.v1.ReplicationControllerSpec replicas#1:int minReadySeconds?#4:int selector?#2:{}string% template#3:PodTemplateSpec
core.v1.ReplicationControllerStatus replicas!+#1:int fullyLabeledReplicas?#2:int readyReplicas?#4:int availableReplicas?#5:int observedGeneration?#3:long conditions?#6:[type]ReplicationControllerCondition~type
core.v1.ResourceClaim name!+#1:string request?#2:string
core.v1.ResourceFieldSelector% containerName?#1:string resource!+#2:string divisor+#3:quantity
core.v1.ResourceHealth resourceID!+#1:string health?#2:string message#6:string
core.v1.ResourceQuota metadata+#1:meta.v1.ObjectMeta spec+#2:ResourceQuotaSpec status+#3:ResourceQuotaStatus
core.v1.ResourceQuotaSpec hard?#1:{}quantity scopes?#2:[]"BestEffort|CrossNamespacePodAffinity|NotBestEffort|NotTerminating|PriorityClass|Terminating|VolumeAttributesClass" scopeSelector#3:ScopeSelector
core.v1.ResourceQuotaStatus hard?#1:{}quantity used?#2:{}quantity
core.v1.ResourceRequirements limits?#1:{}quantity requests?#2:{}quantity claims?#3:[name]ResourceClaim
core.v1.ResourceStatus name!+#1:string resources?#2:[resourceID]ResourceHealth
core.v1.SELinuxOptions user?#1:string role?#2:string type?#3:string level?#4:string
core.v1.ScaleIOPersistentVolumeSource gateway!+#1:string system!+#2:string secretRef!#3:SecretReference sslEnabled?#4:bool protectionDomain?#5:string storagePool?#6:string storageMode?#7:string volumeName?#8:string fsType?#9:string readOnly?#10:bool
core.v1.ScaleIOVolumeSource gateway!+#1:string system!+#2:string secretRef!#3:LocalObjectReference sslEnabled?#4:bool protectionDomain?#5:string storagePool?#6:string storageMode?#7:string volumeName?#8:string fsType?#9:string readOnly?#10:bool
core.v1.ScopeSelector% matchExpressions?#1:[]ScopedResourceSelectorRequirement
core.v1.ScopedResourceSelectorRequirement scopeName!+#1:"BestEffort|CrossNamespacePodAffinity|NotBestEffort|NotTerminating|PriorityClass|Terminating|VolumeAttributesClass" operator!+#2:"DoesNotExist|Exists|In|NotIn" values?#3:[]string
core.v1.SeccompProfile type!+#1:"Localhost|RuntimeDefault|Unconfined" localhostProfile#2:string
core.v1.Secret metadata+#1:meta.v1.ObjectMeta immutable#5:bool data?#2:{}bytes stringData?#4:{}string type?#3:string
core.v1.SecretEnvSource name?#1.1:string optional#2:bool
core.v1.SecretKeySelector% name?#1.1:string key!+#2:string optional#3:bool
core.v1.SecretProjection name?#1.1:string items?#2:[]KeyToPath optional#4:bool
core.v1.SecretReference% name?#1:string namespace?#2:string
core.v1.SecretVolumeSource secretName?#1:string items?#2:[]KeyToPath defaultMode#3:int optional#4:bool
core.v1.SecurityContext capabilities#1:Capabilities privileged#2:bool seLinuxOptions#3:SELinuxOptions windowsOptions#10:WindowsSecurityContextOptions runAsUser#4:long runAsGroup#8:long runAsNonRoot#5:bool readOnlyRootFilesystem#6:bool allowPrivilegeEscalation#7:bool procMount#9:"Default|Unmasked" seccompProfile#11:SeccompProfile appArmorProfile#12:AppArmorProfile
core.v1.Service metadata+#1:meta.v1.ObjectMeta spec+#2:ServiceSpec status+#3:ServiceStatus
core.v1.ServiceAccount metadata+#1:meta.v1.ObjectMeta secrets?#2:[name]ObjectReference~name imagePullSecrets?#3:[]LocalObjectReference automountServiceAccountToken#4:bool
core.v1.ServiceAccountTokenProjection audience?#1:string expirationSeconds#2:long path!+#3:string
core.v1.ServicePort name?#1:string protocol?#2:"SCTP|TCP|UDP" appProtocol#6:string port!+#3:int targetPort+#4:intOrString nodePort?#5:int
core.v1.ServiceSpec ports?#1:[port+protocol]ServicePort~port selector?#2:{}string% clusterIP?#3:string clusterIPs?#18:[]string type?#4:"ClusterIP|ExternalName|LoadBalancer|NodePort" externalIPs?#5:[]string sessionAffinity?#7:"ClientIP|None" loadBalancerIP?#8:string loadBalancerSourceRanges?#9:[]string externalName?#10:string externalTrafficPolicy?#11:"Cluster|Local" healthCheckNodePort?#12:int publishNotReadyAddresses?#13:bool sessionAffinityConfig#14:SessionAffinityConfig ipFamilies?#19:[]"|IPv4|IPv6" ipFamilyPolicy#17:"PreferDualStack|RequireDualStack|SingleStack" allocateLoadBalancerNodePorts#20:bool loadBalancerClass#21:string internalTrafficPolicy#22:"Cluster|Local" trafficDistribution#23:string
core.v1.ServiceStatus loadBalancer+#1:LoadBalancerStatus conditions?#2:[type]meta.v1.Condition~type
core.v1.SessionAffinityConfig clientIP#1:ClientIPConfig
core.v1.SleepAction seconds!+#1:long
core.v1.StorageOSPersistentVolumeSource volumeName?#1:string volumeNamespace?#2:string fsType?#3:string readOnly?#4:bool secretRef#5:ObjectReference
core.v1.StorageOSVolumeSource volumeName?#1:string volumeNamespace?#2:string fsType?#3:string readOnly?#4:bool secretRef#5:LocalObjectReference
core.v1.Sysctl name!+#1:string value!+#2:string
core.v1.TCPSocketAction port!+#1:intOrString host?#2:string
core.v1.Taint key!+#1:string value?#2:string effect!+#3:"NoExecute|NoSchedule|PreferNoSchedule" timeAdded#4:time
core.v1.Toleration key?#1:string operator?#2:"Equal|Exists|Gt|Lt" value?#3:string effect?#4:"NoExecute|NoSchedule|PreferNoSchedule" tolerationSeconds#5:long
core.v1.TopologySelectorLabelRequirement key!+#1:string values!+#2:[]string
core.v1.TopologySelectorTerm% matchLabelExpressions?#1:[]TopologySelectorLabelRequirement
core.v1.TopologySpreadConstraint maxSkew!+#1:int topologyKey!+#2:string whenUnsatisfiable!+#3:"DoNotSchedule|ScheduleAnyway" labelSelector#4:meta.v1.LabelSelector minDomains#5:int nodeAffinityPolicy#6:"Honor|Ignore" nodeTaintsPolicy#7:"Honor|Ignore" matchLabelKeys?#8:[]string
core.v1.TypedLocalObjectReference% apiGroup#1:string kind!+#2:string name!+#3:string
core.v1.TypedObjectReference apiGroup#1:string kind!+#2:string name!+#3:string namespace#4:string
core.v1.Volume name!+#1:string hostPath#2.1:HostPathVolumeSource emptyDir#2.2:EmptyDirVolumeSource gcePersistentDisk#2.3:GCEPersistentDiskVolumeSource awsElasticBlockStore#2.4:AWSElasticBlockStoreVolumeSource gitRepo#2.5:GitRepoVolumeSource secret#2.6:SecretVolumeSource nfs#2.7:NFSVolumeSource iscsi#2.8:ISCSIVolumeSource glusterfs#2.9:GlusterfsVolumeSource persistentVolumeClaim#2.10:PersistentVolumeClaimVolumeSource rbd#2.11:RBDVolumeSource flexVolume#2.12:FlexVolumeSource cinder#2.13:CinderVolumeSource cephfs#2.14:CephFSVolumeSource flocker#2.15:FlockerVolumeSource downwardAPI#2.16:DownwardAPIVolumeSource fc#2.17:FCVolumeSource azureFile#2.18:AzureFileVolumeSource configMap#2.19:ConfigMapVolumeSource vsphereVolume#2.20:VsphereVirtualDiskVolumeSource quobyte#2.21:QuobyteVolumeSource azureDisk#2.22:AzureDiskVolumeSource photonPersistentDisk#2.23:PhotonPersistentDiskVolumeSource projected#2.26:ProjectedVolumeSource portworxVolume#2.24:PortworxVolumeSource scaleIO#2.25:ScaleIOVolumeSource storageos#2.27:StorageOSVolumeSource csi#2.28:CSIVolumeSource ephemeral#2.29:EphemeralVolumeSource image#2.30:ImageVolumeSource
core.v1.VolumeDevice name!+#1:string devicePath!+#2:string
core.v1.VolumeMount name!+#1:string readOnly?#2:bool recursiveReadOnly#7:string mountPath!+#3:string subPath?#4:string mountPropagation#5:"Bidirectional|HostToContainer|None" subPathExpr?#6:string
core.v1.VolumeMountStatus name!+#1:string mountPath!+#2:string readOnly?#3:bool recursiveReadOnly#4:string volumeStatus#5:VolumeStatus
core.v1.VolumeNodeAffinity required#1:NodeSelector
core.v1.VolumeProjection secret#1:SecretProjection downwardAPI#2:DownwardAPIProjection configMap#3:ConfigMapProjection serviceAccountToken#4:ServiceAccountTokenProjection clusterTrustBundle#5:ClusterTrustBundleProjection podCertificate#6:PodCertificateProjection
core.v1.VolumeResourceRequirements limits?#1:{}quantity requests?#2:{}quantity
core.v1.VolumeStatus image#1:ImageVolumeStatus
core.v1.VsphereVirtualDiskVolumeSource volumePath!+#1:string fsType?#2:string storagePolicyName?#3:string storagePolicyID?#4:string
core.v1.WeightedPodAffinityTerm weight!+#1:int podAffinityTerm!+#2:PodAffinityTerm
core.v1.WindowsSecurityContextOptions gmsaCredentialSpecName#1:string gmsaCredentialSpec#2:string runAsUserName#3:string hostProcess#4:bool
discovery.v1.Endpoint addresses!+#1:[=]string conditions+#2:EndpointConditions hostname#3:string targetRef#4:core.v1.ObjectReference deprecatedTopology?#5:{}string nodeName#6:string zone#7:string hints#8:EndpointHints
discovery.v1.EndpointConditions ready#1:bool serving#2:bool terminating#3:bool
discovery.v1.EndpointHints forZones?#1:[]ForZone forNodes?#2:[]ForNode
discovery.v1.EndpointPort% name#1:string protocol#2:"SCTP|TCP|UDP" port#3:int appProtocol#4:string
discovery.v1.EndpointSlice metadata+#1:meta.v1.ObjectMeta addressType!+#4:"FQDN|IPv4|IPv6" endpoints+#2:[]Endpoint ports+#3:[]EndpointPort
discovery.v1.ForNode name!+#1:string
discovery.v1.ForZone name!+#1:string
events.v1.Event metadata+#1:meta.v1.ObjectMeta eventTime!+#2:microTime series#3:EventSeries reportingController?#4:string reportingInstance?#5:string action?#6:string reason?#7:string regarding+#8:core.v1.ObjectReference related#9:core.v1.ObjectReference note?#10:string type?#11:string deprecatedSource+#12:core.v1.EventSource deprecatedFirstTimestamp+#13:time deprecatedLastTimestamp+#14:time deprecatedCount?#15:int
events.v1.EventSeries count!+#1:int lastObservedTime!+#2:microTime
flowcontrol.v1.ExemptPriorityLevelConfiguration nominalConcurrencyShares#1:int lendablePercent#2:int
flowcontrol.v1.FlowDistinguisherMethod type!+#1:string
flowcontrol.v1.FlowSchema metadata+#1:meta.v1.ObjectMeta spec+#2:FlowSchemaSpec status+#3:FlowSchemaStatus
flowcontrol.v1.FlowSchemaCondition type?#1:string status?#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string
flowcontrol.v1.FlowSchemaSpec priorityLevelConfiguration!+#1:PriorityLevelConfigurationReference matchingPrecedence+#2:int distinguisherMethod#3:FlowDistinguisherMethod rules?#4:[]PolicyRulesWithSubjects
flowcontrol.v1.FlowSchemaStatus conditions?#1:[type]FlowSchemaCondition~type
flowcontrol.v1.GroupSubject name!+#1:string
flowcontrol.v1.LimitResponse type!+#1:string queuing#2:QueuingConfiguration
flowcontrol.v1.LimitedPriorityLevelConfiguration nominalConcurrencyShares#1:int limitResponse+#2:LimitResponse lendablePercent#3:int borrowingLimitPercent#4:int
flowcontrol.v1.NonResourcePolicyRule verbs!+#1:[=]string nonResourceURLs!+#6:[=]string
flowcontrol.v1.PolicyRulesWithSubjects subjects!+#1:[]Subject resourceRules?#2:[]ResourcePolicyRule nonResourceRules?#3:[]NonResourcePolicyRule
flowcontrol.v1.PriorityLevelConfiguration metadata+#1:meta.v1.ObjectMeta spec+#2:PriorityLevelConfigurationSpec status+#3:PriorityLevelConfigurationStatus
flowcontrol.v1.PriorityLevelConfigurationCondition type?#1:string status?#2:string lastTransitionTime+#3:time reason?#4:string message?#5:string
flowcontrol.v1.PriorityLevelConfigurationReference name!+#1:string
flowcontrol.v1.PriorityLevelConfigurationSpec type!+#1:string limited#2:LimitedPriorityLevelConfiguration exempt#3:ExemptPriorityLevelConfiguration
flowcontrol.v1.PriorityLevelConfigurationStatus conditions?#1:[type]PriorityLevelConfigurationCondition~type
flowcontrol.v1.QueuingConfiguration queues+#1:int handSize+#2:int queueLengthLimit+#3:int
flowcontrol.v1.ResourcePolicyRule verbs!+#1:[=]string apiGroups!+#2:[=]string resources!+#3:[=]string clusterScope?#4:bool namespaces+#5:[=]string
flowcontrol.v1.ServiceAccountSubject namespace!+#1:string name!+#2:string
flowcontrol.v1.Subject kind!+#1:string user#2:UserSubject group#3:GroupSubject serviceAccount#4:ServiceAccountSubject
flowcontrol.v1.UserSubject name!+#1:string
meta.v1.APIGroup name!+#1:string versions!+#2:[]GroupVersionForDiscovery preferredVersion+#3:GroupVersionForDiscovery serverAddressByClientCIDRs?#4:[]ServerAddressByClientCIDR
meta.v1.APIGroupList groups!+#1:[]APIGroup
meta.v1.APIResource name!+#1:string singularName!+#6:string namespaced!+#2:bool group?#8:string version?#9:string kind!+#3:string verbs!+#4:[]string shortNames?#5:[]string categories?#7:[]string storageVersionHash?#10:string
meta.v1.APIResourceList groupVersion!+#1:string resources!+#2:[]APIResource
meta.v1.APIVersions versions!+#1:[]string serverAddressByClientCIDRs!+#2:[]ServerAddressByClientCIDR
meta.v1.Condition type!+#1:string status!+#2:string observedGeneration?#3:long lastTransitionTime!+#4:time reason!+#5:string message!+#6:string
meta.v1.DeleteOptions kind?#1:string apiVersion?#2:string gracePeriodSeconds#1:long preconditions#2:Preconditions orphanDependents#3:bool propagationPolicy#4:string dryRun?#5:[]string ignoreStoreReadErrorWithClusterBreakingPotential#6:bool
meta.v1.FieldSelectorRequirement key!+#1:string operator!+#2:string values?#3:[]string
meta.v1.GroupVersionForDiscovery groupVersion!+#1:string version!+#2:string
meta.v1.LabelSelector% matchLabels?#1:{}string matchExpressions?#2:[]LabelSelectorRequirement
meta.v1.LabelSelectorRequirement key!+#1:string operator!+#2:string values?#3:[]string
meta.v1.ListMeta selfLink?#1:string resourceVersion?#2:string continue?#3:string remainingItemCount#4:long shardInfo#5:ShardInfo
meta.v1.ManagedFieldsEntry manager?#1:string operation?#2:string apiVersion?#3:string time#4:time fieldsType?#6:string fieldsV1#7:any subresource?#8:string
meta.v1.ObjectMeta name?#1:string generateName?#2:string namespace?#3:string selfLink?#4:string uid?#5:string resourceVersion?#6:string generation?#7:long creationTimestamp?#8:time deletionTimestamp#9:time deletionGracePeriodSeconds#10:long labels?#11:{}string annotations?#12:{}string ownerReferences?#13:[uid]OwnerReference~uid finalizers?#14:[=]string~. managedFields?#17:[]ManagedFieldsEntry
meta.v1.OwnerReference% apiVersion!+#5:string kind!+#1:string name!+#3:string uid!+#4:string controller#6:bool blockOwnerDeletion#7:bool
meta.v1.Preconditions uid#1:string resourceVersion#2:string
meta.v1.ServerAddressByClientCIDR clientCIDR!+#1:string serverAddress!+#2:string
meta.v1.ShardInfo selector!+#1:string
meta.v1.Status metadata+#1:ListMeta status?#2:string message?#3:string reason?#4:string details#5:StatusDetails code?#6:int
meta.v1.StatusCause reason?#1:string message?#2:string field?#3:string
meta.v1.StatusDetails name?#1:string group?#2:string kind?#3:string uid?#6:string causes?#4:[]StatusCause retryAfterSeconds?#5:int
networking.v1.HTTPIngressPath path?#1:string pathType!#3:"Exact|ImplementationSpecific|Prefix" backend!+#2:IngressBackend
networking.v1.HTTPIngressRuleValue paths!+#1:[]HTTPIngressPath
networking.v1.IPAddress metadata+#1:meta.v1.ObjectMeta spec!+#2:IPAddressSpec
networking.v1.IPAddressSpec parentRef!#1:ParentReference
networking.v1.IPBlock cidr!+#1:string except?#2:[]string
networking.v1.Ingress metadata+#1:meta.v1.ObjectMeta spec+#2:IngressSpec status+#3:IngressStatus
networking.v1.IngressBackend service#4:IngressServiceBackend resource#3:core.v1.TypedLocalObjectReference
networking.v1.IngressClass metadata+#1:meta.v1.ObjectMeta spec+#2:IngressClassSpec
networking.v1.IngressClassParametersReference apiGroup#1:string kind!+#2:string name!+#3:string scope#4:string namespace#5:string
networking.v1.IngressClassSpec controller?#1:string parameters#2:IngressClassParametersReference
networking.v1.IngressLoadBalancerIngress ip?#1:string hostname?#2:string ports?#4:[]IngressPortStatus
networking.v1.IngressLoadBalancerStatus ingress?#1:[]IngressLoadBalancerIngress
networking.v1.IngressPortStatus port!+#1:int protocol!+#2:"SCTP|TCP|UDP" error#3:string
networking.v1.IngressRule host?#1:string http#2.1:HTTPIngressRuleValue
networking.v1.IngressServiceBackend name!+#1:string port+#2:ServiceBackendPort
networking.v1.IngressSpec ingressClassName#4:string defaultBackend#1:IngressBackend tls?#2:[]IngressTLS rules?#3:[]IngressRule
networking.v1.IngressStatus loadBalancer+#1:IngressLoadBalancerStatus
networking.v1.IngressTLS hosts?#1:[]string secretName?#2:string
networking.v1.NetworkPolicy metadata+#1:meta.v1.ObjectMeta spec+#2:NetworkPolicySpec
networking.v1.NetworkPolicyEgressRule ports?#1:[]NetworkPolicyPort to?#2:[]NetworkPolicyPeer
networking.v1.NetworkPolicyIngressRule ports?#1:[]NetworkPolicyPort from?#2:[]NetworkPolicyPeer
networking.v1.NetworkPolicyPeer podSelector#1:meta.v1.LabelSelector namespaceSelector#2:meta.v1.LabelSelector ipBlock#3:IPBlock
networking.v1.NetworkPolicyPort protocol#1:"SCTP|TCP|UDP" port#2:intOrString endPort#3:int
networking.v1.NetworkPolicySpec podSelector+#1:meta.v1.LabelSelector ingress?#2:[]NetworkPolicyIngressRule egress?#3:[]NetworkPolicyEgressRule policyTypes?#4:[]"Egress|Ingress"
networking.v1.ParentReference group?#1:string resource!?#2:string namespace?#3:string name!?#4:string
networking.v1.ServiceBackendPort% name?#1:string number?#2:int
networking.v1.ServiceCIDR metadata+#1:meta.v1.ObjectMeta spec+#2:ServiceCIDRSpec status+#3:ServiceCIDRStatus
networking.v1.ServiceCIDRSpec cidrs?#1:[]string
networking.v1.ServiceCIDRStatus conditions?#1:[type]meta.v1.Condition~type
node.v1.Overhead podFixed?#1:{}quantity
node.v1.RuntimeClass metadata+#1:meta.v1.ObjectMeta handler!+#2:string overhead#3:Overhead scheduling#4:Scheduling
node.v1.Scheduling nodeSelector?#1:{}string% tolerations?#2:[]core.v1.Toleration
policy.v1.Eviction metadata+#1:meta.v1.ObjectMeta deleteOptions#2:meta.v1.DeleteOptions
policy.v1.PodDisruptionBudget metadata+#1:meta.v1.ObjectMeta spec+#2:PodDisruptionBudgetSpec status+#3:PodDisruptionBudgetStatus
policy.v1.PodDisruptionBudgetSpec minAvailable#1:intOrString selector#2:meta.v1.LabelSelector~ maxUnavailable#3:intOrString unhealthyPodEvictionPolicy#4:"AlwaysAllow|IfHealthyBudget"
policy.v1.PodDisruptionBudgetStatus observedGeneration?#1:long disruptedPods?#2:{}time disruptionsAllowed+#3:int currentHealthy+#4:int desiredHealthy+#5:int expectedPods+#6:int conditions?#7:[type]meta.v1.Condition~type
rbac.v1.AggregationRule clusterRoleSelectors?#1:[]meta.v1.LabelSelector
rbac.v1.ClusterRole metadata+#1:meta.v1.ObjectMeta rules+#2:[]PolicyRule aggregationRule#3:AggregationRule
rbac.v1.ClusterRoleBinding metadata+#1:meta.v1.ObjectMeta subjects?#2:[]Subject roleRef!+#3:RoleRef
rbac.v1.PolicyRule verbs!+#1:[]string apiGroups?#2:[]string resources?#3:[]string resourceNames?#4:[]string nonResourceURLs?#5:[]string
rbac.v1.Role metadata+#1:meta.v1.ObjectMeta rules+#2:[]PolicyRule
rbac.v1.RoleBinding metadata+#1:meta.v1.ObjectMeta subjects?#2:[]Subject roleRef!+#3:RoleRef
rbac.v1.RoleRef% apiGroup+#1:string kind!+#2:string name!+#3:string
rbac.v1.Subject% kind!+#1:string apiGroup?#2:string name!+#3:string namespace?#4:string
resource.v1.AllocatedDeviceStatus driver!+#1:string pool!+#2:string device!+#3:string shareID#7:string conditions+#4:[type]meta.v1.Condition data#5:any networkData#6:NetworkDeviceData
resource.v1.AllocationResult devices+#1:DeviceAllocationResult nodeSelector#3:core.v1.NodeSelector allocationTimestamp#5:time
resource.v1.CELDeviceSelector expression!+#1:string
resource.v1.CapacityRequestPolicy default#1:quantity validValues?#3:[]quantity validRange#4:CapacityRequestPolicyRange
resource.v1.CapacityRequestPolicyRange min!#1:quantity max#2:quantity step#3:quantity
resource.v1.CapacityRequirements requests?#1:{}quantity
resource.v1.Counter value!+#1:quantity
resource.v1.CounterSet name!+#1:string counters!?#2:{}Counter
resource.v1.Device name!+#1:string attributes?#2:{}DeviceAttribute capacity?#3:{}DeviceCapacity consumesCounters?#4:[]DeviceCounterConsumption nodeName#5:string nodeSelector#6:core.v1.NodeSelector allNodes#7:bool taints?#8:[]DeviceTaint bindsToNode#9:bool bindingConditions?#10:[]string bindingFailureConditions?#11:[]string allowMultipleAllocations#12:bool nodeAllocatableResourceMappings?#13:{}NodeAllocatableResourceMapping
resource.v1.DeviceAllocationConfiguration source!+#1:"FromClaim|FromClass" requests?#2:[]string opaque#3.1:OpaqueDeviceConfiguration
resource.v1.DeviceAllocationResult results?#1:[]DeviceRequestAllocationResult config?#2:[]DeviceAllocationConfiguration
resource.v1.DeviceAttribute int#2:long bool#3:bool string#4:string version#5:string ints?#6:[]long bools?#7:[]bool strings?#8:[]string versions?#9:[]string
resource.v1.DeviceCapacity value!+#1:quantity requestPolicy#2:CapacityRequestPolicy
resource.v1.DeviceClaim requests+#1:[]DeviceRequest constraints?#2:[]DeviceConstraint config?#3:[]DeviceClaimConfiguration
resource.v1.DeviceClaimConfiguration requests?#1:[]string opaque#2.1:OpaqueDeviceConfiguration
resource.v1.DeviceClass metadata+#1:meta.v1.ObjectMeta spec!+#2:DeviceClassSpec
resource.v1.DeviceClassConfiguration opaque#1.1:OpaqueDeviceConfiguration
resource.v1.DeviceClassSpec selectors?#1:[]DeviceSelector config?#2:[]DeviceClassConfiguration extendedResourceName#4:string
resource.v1.DeviceConstraint requests?#1:[]string matchAttribute#2:string distinctAttribute#3:string
resource.v1.DeviceCounterConsumption counterSet!+#1:string counters!?#2:{}Counter
resource.v1.DeviceRequest name!+#1:string exactly#2:ExactDeviceRequest firstAvailable?#3:[]DeviceSubRequest
resource.v1.DeviceRequestAllocationResult request!+#1:string driver!+#2:string pool!+#3:string device!+#4:string adminAccess#5:bool tolerations?#6:[]DeviceToleration bindingConditions?#7:[]string bindingFailureConditions?#8:[]string shareID#9:string consumedCapacity?#10:{}quantity
resource.v1.DeviceSelector cel#1:CELDeviceSelector
resource.v1.DeviceSubRequest name!+#1:string deviceClassName!+#2:string selectors?#3:[]DeviceSelector allocationMode?#4:"All|ExactCount" count?#5:long tolerations?#6:[]DeviceToleration capacity#7:CapacityRequirements
resource.v1.DeviceTaint key!+#1:string value?#2:string effect!+#3:"NoExecute|NoSchedule|None" timeAdded#4:time
resource.v1.DeviceToleration key?#1:string operator?#2:"Equal|Exists" value?#3:string effect?#4:"NoExecute|NoSchedule|None" tolerationSeconds#5:long
resource.v1.ExactDeviceRequest deviceClassName!+#1:string selectors?#2:[]DeviceSelector allocationMode?#3:"All|ExactCount" count?#4:long adminAccess#5:bool tolerations?#6:[]DeviceToleration capacity#7:CapacityRequirements
resource.v1.NetworkDeviceData interfaceName?#1:string ips?#2:[]string hardwareAddress?#3:string
resource.v1.NodeAllocatableResourceMapping capacityKey#1:string allocationMultiplier#2:quantity
resource.v1.OpaqueDeviceConfiguration driver!+#1:string parameters!+#2:any
resource.v1.ResourceClaim metadata+#1:meta.v1.ObjectMeta spec!+#2:ResourceClaimSpec status+#3:ResourceClaimStatus
resource.v1.ResourceClaimConsumerReference apiGroup?#1:string resource!+#3:string name!+#4:string uid!+#5:string
resource.v1.ResourceClaimSpec devices+#1:DeviceClaim
resource.v1.ResourceClaimStatus allocation#1:AllocationResult reservedFor?#2:[uid]ResourceClaimConsumerReference~uid devices?#4:[driver+device+pool+shareID]AllocatedDeviceStatus
resource.v1.ResourceClaimTemplate metadata+#1:meta.v1.ObjectMeta spec!+#2:ResourceClaimTemplateSpec
resource.v1.ResourceClaimTemplateSpec metadata+#1:meta.v1.ObjectMeta spec!+#2:ResourceClaimSpec
resource.v1.ResourcePool name!+#1:string generation!+#2:long resourceSliceCount!+#3:long
resource.v1.ResourceSlice metadata+#1:meta.v1.ObjectMeta spec!+#2:ResourceSliceSpec
resource.v1.ResourceSliceSpec driver!+#1:string pool!+#2:ResourcePool nodeName#3:string nodeSelector#4:core.v1.NodeSelector allNodes#5:bool devices?#6:[]Device perDeviceNodeSelection#7:bool sharedCounters?#8:[]CounterSet
scheduling.v1.PriorityClass metadata+#1:meta.v1.ObjectMeta value+#2:int globalDefault?#3:bool description?#4:string preemptionPolicy#5:"Never|PreemptLowerPriority"
storage.v1.CSIDriver metadata+#1:meta.v1.ObjectMeta spec!+#2:CSIDriverSpec
storage.v1.CSIDriverSpec attachRequired#1:bool podInfoOnMount#2:bool volumeLifecycleModes?#3:[=]string storageCapacity#4:bool fsGroupPolicy#5:string tokenRequests?#6:[]TokenRequest requiresRepublish#7:bool seLinuxMount#8:bool nodeAllocatableUpdatePeriodSeconds#9:long serviceAccountTokenInSecrets#10:bool preventPodSchedulingIfMissing#11:bool
storage.v1.CSINode metadata+#1:meta.v1.ObjectMeta spec!+#2:CSINodeSpec
storage.v1.CSINodeDriver name!+#1:string nodeID!+#2:string topologyKeys+#3:[]string allocatable#4:VolumeNodeResources
storage.v1.CSINodeSpec drivers!+#1:[name]CSINodeDriver~name
storage.v1.CSIStorageCapacity metadata+#1:meta.v1.ObjectMeta nodeTopology#2:meta.v1.LabelSelector storageClassName!+#3:string capacity#4:quantity maximumVolumeSize#5:quantity
storage.v1.StorageClass metadata+#1:meta.v1.ObjectMeta provisioner!+#2:string parameters?#3:{}string reclaimPolicy#4:"Delete|Recycle|Retain" mountOptions?#5:[]string allowVolumeExpansion#6:bool volumeBindingMode#7:"Immediate|WaitForFirstConsumer" allowedTopologies?#8:[]core.v1.TopologySelectorTerm
storage.v1.TokenRequest audience!+#1:string expirationSeconds#2:long
storage.v1.VolumeAttachment metadata+#1:meta.v1.ObjectMeta spec!+#2:VolumeAttachmentSpec status+#3:VolumeAttachmentStatus
storage.v1.VolumeAttachmentSource persistentVolumeName#1:string inlineVolumeSpec#2:core.v1.PersistentVolumeSpec
storage.v1.VolumeAttachmentSpec attacher!+#1:string source!+#2:VolumeAttachmentSource nodeName!+#3:string
storage.v1.VolumeAttachmentStatus attached!+#1:bool attachmentMetadata?#2:{}string attachError#3:VolumeError detachError#4:VolumeError
storage.v1.VolumeAttributesClass metadata+#1:meta.v1.ObjectMeta driverName!+#2:string parameters?#3:{}string
storage.v1.VolumeError time+#1:time message?#2:string errorCode#3:int
storage.v1.VolumeNodeResources count#1:int
`;
