"""Organization's fields, the few a client asks for to learn the edition and whether it is a sandbox."""

from typing import Final

ORGANIZATION: Final = """
Id|id|18|!|Organization ID
Name|string|80|!
*address|
Phone|phone|40|u
Fax|phone|40|u
PrimaryContact|string|80|u
DefaultLocaleSidKey|picklist|40|!||values:locale
TimeZoneSidKey|picklist|40|!||values:time_zone
LanguageLocaleKey|picklist|40|!||values:language
OrganizationType|picklist|40|||values:organization_type
NamespacePrefix|string|15
InstanceName|string|5
IsSandbox|boolean|0|!
IsReadOnly|boolean|0|!
TrialExpirationDate|datetime|0
CreatedDate|datetime|0|!
CreatedById|reference|18|!||to:User/CreatedBy
LastModifiedDate|datetime|0|!
LastModifiedById|reference|18|!||to:User/LastModifiedBy
SystemModstamp|datetime|0|!
"""
