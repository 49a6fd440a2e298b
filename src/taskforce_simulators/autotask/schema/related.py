"""What hangs on a company or contact, read-only here. Names and types from the vendor's Swagger, lengths unknown."""

from typing import Final

from taskforce_simulators.autotask.schema.fields import Field, fields

TICKETS: Final[tuple[Field, ...]] = fields("""
id long 0 RO
apiVendorID integer 0
assignedResourceID integer 0 - >Resource
assignedResourceRoleID integer 0
billingCodeID integer 0
changeApprovalBoard integer 0
changeApprovalStatus integer 0
changeApprovalType integer 0
changeInfoField1 string 8000
changeInfoField2 string 8000
changeInfoField3 string 8000
changeInfoField4 string 8000
changeInfoField5 string 8000
companyID integer 0 - >Company
companyLocationID integer 0
completedByResourceID integer 0
completedDate datetime 0
configurationItemID integer 0 - >ConfigurationItem
contactID integer 0 - >Contact
contractID integer 0 - >Contract
contractServiceBundleID long 0
contractServiceID long 0
createDate datetime 0
createdByContactID integer 0 - >Contact
creatorResourceID integer 0 - >Resource
creatorType integer 0
currentServiceThermometerRating integer 0
description string 8000
dueDateTime datetime 0
estimatedHours double 0
externalID string 8000
firstResponseAssignedResourceID integer 0
firstResponseDateTime datetime 0
firstResponseDueDateTime datetime 0
firstResponseInitiatingResourceID integer 0
hoursToBeScheduled double 0
impersonatorCreatorResourceID integer 0
isAssignedToComanaged boolean 0
issueType integer 0
isVisibleToComanaged boolean 0
lastActivityDate datetime 0
lastActivityPersonType integer 0
lastActivityResourceID integer 0
lastCustomerNotificationDateTime datetime 0
lastCustomerVisibleActivityDateTime datetime 0
lastTrackedModificationDateTime datetime 0
monitorID long 0
monitorTypeID integer 0
opportunityID integer 0 - >Opportunity
organizationalLevelAssociationID integer 0
previousServiceThermometerRating integer 0
priority integer 0
problemTicketId integer 0
projectID integer 0 - >Project
purchaseOrderNumber string 8000
queueID integer 0
resolution string 8000
resolutionPlanDateTime datetime 0
resolutionPlanDueDateTime datetime 0
resolvedDateTime datetime 0
resolvedDueDateTime datetime 0
rmaStatus integer 0
rmaType integer 0
rmmAlertID string 8000
serviceLevelAgreementHasBeenMet boolean 0
serviceLevelAgreementID integer 0
serviceLevelAgreementPausedNextEventHours double 0
serviceThermometerTemperature integer 0
source integer 0
status integer 0 P
subIssueType integer 0
ticketCategory integer 0
ticketNumber string 8000
ticketType integer 0
title string 8000
""")

CONTRACTS: Final[tuple[Field, ...]] = fields("""
id long 0 RO
billingPreference integer 0
billToCompanyContactID integer 0 - >Contact
billToCompanyID integer 0 - >Company
companyID integer 0 - >Company
contactID integer 0 - >Contact
contactName string 8000
contractCategory integer 0
contractExclusionSetID integer 0
contractName string 8000
contractNumber string 8000
contractPeriodType integer 0
contractType integer 0
description string 8000
endDate datetime 0
estimatedCost double 0
estimatedHours double 0
estimatedRevenue double 0
exclusionContractID long 0
internalCurrencyOverageBillingRate double 0
internalCurrencySetupFee double 0
isCompliant boolean 0
isDefaultContract boolean 0
lastModifiedDateTime datetime 0
opportunityID integer 0 - >Opportunity
organizationalLevelAssociationID integer 0
overageBillingRate double 0
purchaseOrderNumber string 8000
renewedContractID long 0
serviceLevelAgreementID integer 0
setupFee double 0
setupFeeBillingCodeID long 0
startDate datetime 0
status integer 0 P
timeReportingRequiresStartAndStopTimes integer 0
""")

OPPORTUNITIES: Final[tuple[Field, ...]] = fields("""
id long 0 RO
advancedField1 double 0
advancedField2 double 0
advancedField3 double 0
advancedField4 double 0
advancedField5 double 0
amount double 0
assessmentScore double 0
barriers string 8000
closedDate datetime 0
companyID integer 0 - >Company
contactID integer 0 - >Contact
cost double 0
createDate datetime 0
creatorResourceID integer 0 - >Resource
description string 8000
helpNeeded string 8000
impersonatorCreatorResourceID integer 0
lastActivity datetime 0
leadSource integer 0
lossReason integer 0
lossReasonDetail string 8000
lostDate datetime 0
market string 8000
monthlyCost double 0
monthlyRevenue double 0
nextStep string 8000
onetimeCost double 0
onetimeRevenue double 0
opportunityCategoryID integer 0
organizationalLevelAssociationID integer 0
ownerResourceID integer 0 - >Resource
primaryCompetitor integer 0
probability integer 0
productID integer 0
projectedCloseDate datetime 0
promisedFulfillmentDate datetime 0
promotionName string 8000
quarterlyCost double 0
quarterlyRevenue double 0
rating integer 0
relationshipAssessmentScore double 0
revenueSpread integer 0
revenueSpreadUnit string 8000
salesOrderID integer 0
salesProcessPercentComplete double 0
semiannualCost double 0
semiannualRevenue double 0
stage integer 0
startDate datetime 0
status integer 0 P
technicalAssessmentScore double 0
throughDate datetime 0
title string 8000
totalAmountMonths integer 0
useQuoteTotals boolean 0
winReason integer 0
winReasonDetail string 8000
yearlyCost double 0
yearlyRevenue double 0
""")

PROJECTS: Final[tuple[Field, ...]] = fields("""
id long 0 RO
actualBilledHours double 0
actualHours double 0
changeOrdersBudget double 0
changeOrdersRevenue double 0
companyID integer 0 - >Company
companyOwnerResourceID integer 0 - >Resource
completedDateTime datetime 0
completedPercentage integer 0
contractID integer 0 - >Contract
createDateTime datetime 0
creatorResourceID integer 0 - >Resource
department integer 0
description string 8000
duration integer 0
endDateTime datetime 0
estimatedSalesCost double 0
estimatedTime double 0
extProjectNumber string 8000
extProjectType integer 0
impersonatorCreatorResourceID integer 0
laborEstimatedCosts double 0
laborEstimatedMarginPercentage double 0
laborEstimatedRevenue double 0
lastActivityDateTime datetime 0
lastActivityPersonType integer 0
lastActivityResourceID integer 0
opportunityID integer 0 - >Opportunity
organizationalLevelAssociationID integer 0
originalEstimatedRevenue double 0
projectCostEstimatedMarginPercentage double 0
projectCostsBudget double 0
projectCostsRevenue double 0
projectLeadResourceID integer 0 - >Resource
projectName string 8000
projectNumber string 8000
projectType integer 0
purchaseOrderNumber string 8000
sgda double 0
startDateTime datetime 0
status integer 0 P
statusDateTime datetime 0
statusDetail string 8000
""")

CONFIGURATION_ITEMS: Final[tuple[Field, ...]] = fields("""
id long 0 RO
apiVendorID integer 0
configurationItemCategoryID integer 0
companyID integer 0 - >Company
companyLocationID integer 0
configurationItemType integer 0
contactID integer 0 - >Contact
contractID integer 0 - >Contract
contractServiceBundleID integer 0
contractServiceID integer 0
createDate datetime 0
createdByPersonID integer 0
dailyCost double 0
dattoAvailableKilobytes long 0
dattoDeviceMemoryMegabytes integer 0
dattoDrivesErrors boolean 0
dattoHostname string 8000
dattoInternalIP string 8000
dattoKernelVersionID integer 0
dattoLastCheckInDateTime datetime 0
dattoNICSpeedKilobitsPerSecond integer 0
dattoNumberOfAgents integer 0
dattoNumberOfDrives integer 0
dattoNumberOfVolumes integer 0
dattoOffsiteUsedBytes long 0
dattoOSVersionID integer 0
dattoPercentageUsed double 0
dattoProtectedKilobytes long 0
dattoRemoteIP string 8000
dattoSerialNumber string 8000
dattoUptimeSeconds integer 0
dattoUsedKilobytes long 0
dattoZFSVersionID integer 0
deviceNetworkingID string 8000
domain string 8000
domainRegistrarID integer 0
domainRegistrationDateTime datetime 0
domainLastUpdatedDateTime datetime 0
domainExpirationDateTime datetime 0
hourlyCost double 0
impersonatorCreatorResourceID integer 0
installDate datetime 0
installedByContactID integer 0 - >Contact
installedByID integer 0
isActive boolean 0
lastActivityPersonID integer 0
lastActivityPersonType integer 0
lastModifiedTime datetime 0
location string 8000
monthlyCost double 0
notes string 8000
numberOfUsers double 0
parentConfigurationItemID integer 0
perUseCost double 0
productID integer 0
referenceNumber string 8000
referenceTitle string 8000
rmmDeviceAuditAntivirusStatusID integer 0
rmmDeviceAuditArchitectureID integer 0
rmmDeviceAuditBackupStatusID integer 0
rmmDeviceAuditDescription string 8000
rmmDeviceAuditDeviceTypeID integer 0
rmmDeviceAuditDisplayAdaptorID integer 0
rmmDeviceAuditDomainID integer 0
rmmDeviceAuditExternalIPAddress string 8000
rmmDeviceAuditHostname string 8000
rmmDeviceAuditIPAddress string 8000
rmmDeviceAuditLastUser string 8000
rmmDeviceAuditMacAddress string 8000
rmmDeviceAuditManufacturerID integer 0
rmmDeviceAuditFirmwareID integer 0
rmmDeviceAuditMemoryBytes long 0
rmmDeviceAuditMissingPatchCount integer 0
rmmDeviceAuditMobileNetworkOperatorID integer 0
rmmDeviceAuditMobileNumber string 8000
rmmDeviceAuditModelID integer 0
rmmDeviceAuditMotherboardID integer 0
rmmDeviceAuditOperatingSystem string 8000
rmmDeviceAuditPatchStatusID integer 0
rmmDeviceAuditProcessorID integer 0
rmmDeviceAuditServicePackID integer 0
rmmDeviceAuditSNMPContact string 8000
rmmDeviceAuditSNMPLocation string 8000
rmmDeviceAuditSNMPName string 8000
rmmDeviceAuditSoftwareStatusID integer 0
rmmDeviceAuditStorageBytes long 0
rmmDeviceID long 0
rmmDeviceUID string 8000
rmmVsaxDeviceID string 8000
rmmOpenAlertCount integer 0
serialNumber string 8000
serviceBundleID integer 0
serviceID integer 0
serviceLevelAgreementID integer 0
setupFee double 0
sourceChargeID integer 0
sourceChargeType integer 0
sslSource string 8000
sslCommonName string 8000
sslValidFromDateTime datetime 0
sslValidUntilDateTime datetime 0
sslIssuedBy string 8000
sslOrganization string 8000
sslOrganizationUnit string 8000
sslLocation string 8000
sslSerialNumber string 8000
sslSignatureAlgorithm string 8000
vendorID integer 0 - >Company
warrantyExpirationDate datetime 0
rmmIsInMaintenanceMode boolean 0
rmmIsMobileDeviceManagementEnrolled boolean 0
rmmDeviceUrl string 8000
""")
