"""Contact's standard fields; the legend stands in ``fields``. Source: reference section 7."""

from typing import Final

CONTACT: Final = """
Id|id|18|!|Contact ID
IsDeleted|boolean|0|!|Deleted
MasterRecordId|reference|18|||to:Contact/MasterRecord
AccountId|reference|18|cu||to:Account/Account
LastName|string|80|cu!||in:Name
FirstName|string|40|cu||in:Name
Salutation|picklist|40|cu||in:Name values:salutation
Name|string|121|!|Full Name
*address|Other
*address|Mailing
Phone|phone|40|cu|Business Phone
Fax|phone|40|cu|Business Fax
MobilePhone|phone|40|cu
HomePhone|phone|40|cu
OtherPhone|phone|40|cu
AssistantPhone|phone|40|cu|Asst. Phone
ReportsToId|reference|18|cu||to:Contact/ReportsTo
Email|email|80|cu
Title|string|128|cu
Department|string|80|cu
AssistantName|string|40|cu|Assistant's Name
LeadSource|picklist|255|cu||values:lead_source
Birthdate|date|0|cu
Description|textarea|32000|cu~|Contact Description
OwnerId|reference|18|cu!||to:User/Owner
CreatedDate|datetime|0|!
CreatedById|reference|18|!||to:User/CreatedBy
LastModifiedDate|datetime|0|!
LastModifiedById|reference|18|!||to:User/LastModifiedBy
SystemModstamp|datetime|0|!
LastActivityDate|date|0||Last Activity
LastCURequestDate|datetime|0||Last Stay-in-Touch Request Date
LastCUUpdateDate|datetime|0||Last Stay-in-Touch Save Date
LastViewedDate|datetime|0
LastReferencedDate|datetime|0
EmailBouncedReason|string|255|cu
EmailBouncedDate|datetime|0|cu
IsEmailBounced|boolean|0|!
PhotoUrl|url|255||Photo URL
Jigsaw|string|20|cu|Data.com Key
JigsawContactId|string|20|||to:/JigsawContact
CleanStatus|picklist|40|cu||values:clean_status
IndividualId|reference|18|cu||to:Individual/Individual
IsPersonAccount|boolean|0|!||@person
MiddleName|string|40|cu||in:Name @middle
Suffix|string|40|cu||in:Name @middle
CurrencyIsoCode|picklist|3|cu||values:currency @currency
HasOptedOutOfEmail|boolean|0|cu!||@optout
HasOptedOutOfFax|boolean|0|cu!||@optout
DoNotCall|boolean|0|cu!||@optout
"""
