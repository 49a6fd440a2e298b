"""Account's standard fields; the legend stands in ``fields``. Source: reference section 7."""

from typing import Final

ACCOUNT: Final = """
Id|id|18|!|Account ID
IsDeleted|boolean|0|!|Deleted
MasterRecordId|reference|18|||to:Account/MasterRecord
Name|string|255|cu!|Account Name|in:Name
Type|picklist|40|cu|Account Type|values:account_type
RecordTypeId|reference|18|cu||to:RecordType/RecordType
ParentId|reference|18|cu|Parent Account ID|to:Account/Parent
*address|Billing
*address|Shipping
Phone|phone|40|cu|Account Phone
Fax|phone|40|cu|Account Fax
AccountNumber|string|40|cu
Website|url|255|cu
PhotoUrl|url|255||Photo URL
Sic|string|20|cu|SIC Code
Industry|picklist|40|cu||values:industry
AnnualRevenue|currency|18,0|cu
NumberOfEmployees|int|8|cu|Employees
Ownership|picklist|40|cu||values:ownership
TickerSymbol|string|20|cu
Description|textarea|32000|cu~|Account Description
Rating|picklist|40|cu|Account Rating|values:rating
Site|string|80|cu|Account Site
OwnerId|reference|18|cu!||to:User/Owner
CreatedDate|datetime|0|!
CreatedById|reference|18|!||to:User/CreatedBy
LastModifiedDate|datetime|0|!
LastModifiedById|reference|18|!||to:User/LastModifiedBy
SystemModstamp|datetime|0|!
LastActivityDate|date|0||Last Activity
LastViewedDate|datetime|0
LastReferencedDate|datetime|0
IsPartner|boolean|0|u!|Partner Account
IsCustomerPortal|boolean|0|u!|Customer Portal Account
ChannelProgramName|string|255|~
ChannelProgramLevelName|string|255|~
Jigsaw|string|20|cu|Data.com Key
JigsawCompanyId|string|20|||to:/JigsawCompany
CleanStatus|picklist|40|cu||values:clean_status
AccountSource|picklist|40|cu||values:lead_source
DunsNumber|string|9|cu|D-U-N-S Number
Tradestyle|string|255|cu
NaicsCode|string|8|cu|NAICS Code
NaicsDesc|string|120|cu|NAICS Description
YearStarted|string|4|cu
SicDesc|string|80|cu|SIC Description
DandbCompanyId|reference|18|cu|D&B Company ID|to:DandBCompany/DandbCompany
OperatingHoursId|reference|18|cu|Operating Hour ID|to:OperatingHours/OperatingHours
LastName|string|80|cu||in:Name @person
FirstName|string|40|cu||in:Name @person
Salutation|picklist|40|cu||in:Name values:salutation @person
MiddleName|string|40|cu||in:Name @middle @person
Suffix|string|40|cu||in:Name @middle @person
CurrencyIsoCode|picklist|3|cu||values:currency @currency
PersonContactId|reference|18|||to:Contact/PersonContact @person
IsPersonAccount|boolean|0|!||@person
*address|PersonMailing|@person
*address|PersonOther|@person
PersonMobilePhone|phone|40|cu||@person
PersonHomePhone|phone|40|cu||@person
PersonOtherPhone|phone|40|cu||@person
PersonAssistantPhone|phone|40|cu||@person
PersonEmail|email|80|cu||@person
PersonTitle|string|80|cu||@person
PersonDepartment|string|80|cu||@person
PersonAssistantName|string|40|cu||@person
PersonLeadSource|picklist|255|cu||values:lead_source @person
PersonBirthdate|date|0|cu||@person
PersonHasOptedOutOfEmail|boolean|0|cu!||@person
PersonHasOptedOutOfFax|boolean|0|cu!||@person
PersonDoNotCall|boolean|0|cu!||@person
PersonLastCURequestDate|datetime|0|||@person
PersonLastCUUpdateDate|datetime|0|||@person
PersonEmailBouncedReason|string|255|cu||@person
PersonEmailBouncedDate|datetime|0|cu||@person
"""
