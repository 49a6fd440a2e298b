"""The fields of Companies, Contacts and Resources.

Companies: names and types of 2026, lengths and flags of 2023 (reference section 6, merged). Contacts and Resources:
as recorded in 2025; `billingContact` is newer and its flags are assumed.
"""

from typing import Final

from taskforce_simulators.autotask.schema.fields import Field, fields

COMPANIES: Final[tuple[Field, ...]] = fields("""
id long 0 RO
additionalAddressInformation string 100
address1 string 128
address2 string 128
alternatePhone1 string 25
alternatePhone2 string 25
apiVendorID integer 0 OP
assetValue decimal 0 N
billToCompanyLocationID integer 0 - >CompanyLocation
billToAdditionalAddressInformation string 100 O
billingAddress1 string 150 O
billingAddress2 string 150 O
billToAddressToUse integer 0 OP
billToAttention string 50
billToCity string 50 O
billToCountryID integer 0 O >Country
billToState string 128 O
billToZipCode string 50 O
city string 30
classification integer 0 P
companyCategoryID integer 0 - >CompanyCategory
companyName string 100 R
companyNumber string 50
companyType short 0 RP
competitorID integer 0 P
countryID integer 0 - >Country
createDate datetime 0 O
createdByResourceID integer 0 O >Resource
currencyID integer 0 - >Currency
fax string 25
impersonatorCreatorResourceID integer 0 O >Resource
invoiceEmailMessageID integer 0
invoiceMethod integer 0 P
invoiceNonContractItemsToParentCompany boolean 0
invoiceTemplateID integer 0 - >InvoiceTemplate
isActive boolean 0
isClientPortalActive boolean 0 O
isEnabledForComanaged boolean 0
isSample boolean 0
isTaskFireActive boolean 0 O
isTaxExempt boolean 0
lastActivityDate datetime 0 O
lastTrackedModifiedDateTime datetime 0 O
marketSegmentID integer 0 P
ownerResourceID integer 0 R >Resource
parentCompanyID integer 0 - >Company
phone string 25 R
postalCode string 10
purchaseOrderTemplateID integer 0 P
quoteEmailMessageID integer 0
quoteTemplateID integer 0 - >QuoteTemplate
sicCode string 32 N
state string 40
stockMarket string 10 N
stockSymbol string 10 N
surveyCompanyRating decimal 0 O
taxID string 50
taxRegionID integer 0 - >TaxRegion
territoryID integer 0 P
webAddress string 255
""")

CONTACTS: Final[tuple[Field, ...]] = fields("""
additionalAddressInformation string 100 W
addressLine string 128 W
addressLine1 string 128 W
alternatePhone string 32 W
apiVendorID integer 0 OP
billingContact boolean 0
bulkEmailOptOutTime datetime 0 O
city string 32 W
companyID integer 0 ROW >Company
companyLocationID integer 0 W >CompanyLocation
countryID integer 0 W >Country
createDate datetime 0 O
emailAddress string 254 W
emailAddress2 string 254 W
emailAddress3 string 254 W
extension string 10 W
externalID string 50 W
facebookUrl string 200 W
faxNumber string 25 W
firstName string 50 RW
id long 0 RO
impersonatorCreatorResourceID integer 0 O >Resource
isActive integer 0 RW
isOptedOutFromBulkEmail boolean 0 NW
lastActivityDate datetime 0 OW
lastModifiedDate datetime 0 OW
lastName string 50 RW
linkedInUrl string 200 W
middleInitial string 50 W
mobilePhone string 25 W
namePrefix integer 0 PW
nameSuffix integer 0 PW
note string 50 W
phone string 25 W
primaryContact boolean 0 W
receivesEmailNotifications boolean 0 W
roomNumber string 50 W
solicitationOptOut boolean 0 ONW
solicitationOptOutTime datetime 0 O
state string 40 W
surveyOptOut boolean 0 ONW
title string 50 W
twitterUrl string 200 W
zipCode string 16 W
""")

RESOURCES: Final[tuple[Field, ...]] = fields("""
accountingReferenceID string 100
dateFormat string 20 OP
defaultServiceDeskRoleID long 0 N >Role
email string 254 R
email2 string 254
email3 string 254
emailTypeCode string 20 RP
emailTypeCode2 string 20 P
emailTypeCode3 string 20 P
firstName string 50 R
gender string 1 P
greeting integer 0 P
hireDate datetime 0 RO
homePhone string 25
id long 0 RO
initials string 32
internalCost decimal 0 O
isActive boolean 0 R
lastName string 50 R
licenseType integer 0 ROP
locationID integer 0 ROP
middleName string 50
mobilePhone string 25
numberFormat string 20 RP
officeExtension string 10
officePhone string 25
payrollIdentifier string 32
payrollType integer 0 RP
resourceType string 15 RP
suffix integer 0 P
surveyResourceRating decimal 0 O
timeFormat string 20 OP
title string 50
travelAvailabilityPct string 15 P
userName string 32 R
userType integer 0 ROP
""")
