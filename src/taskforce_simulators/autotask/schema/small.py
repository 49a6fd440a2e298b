"""The fields of the smaller entities: names from the vendor's Swagger, lengths and flags from older SOAP metadata."""

from typing import Final

from taskforce_simulators.autotask.schema.fields import Field, fields

COUNTRIES: Final[tuple[Field, ...]] = fields("""
id long 0 RO
addressFormatID long 0
countryCode string 2 O
displayName string 100 R
invoiceTemplateID integer 0 - >InvoiceTemplate
isActive boolean 0
isDefaultCountry boolean 0
name string 100 O
purchaseOrderTemplateID integer 0
quoteTemplateID integer 0 - >QuoteTemplate
""")

CLASSIFICATION_ICONS: Final[tuple[Field, ...]] = fields("""
id long 0 RO
description string 500 O
isActive boolean 0 RO
isSystem boolean 0 RO
name string 100 RO
relativeUrl string 200 RO
""")

USER_DEFINED_FIELD_DEFINITIONS: Final[tuple[Field, ...]] = fields("""
id long 0 RO
createDate datetime 0 O
crmToProjectUdfId long 0 - >UserDefinedFieldDefinition
dataType integer 0 RP
defaultValue string 1024
description string 128
displayFormat integer 0 P
isActive boolean 0
isEncrypted boolean 0
isFieldMapping boolean 0 O
isPrivate boolean 0
isProtected boolean 0
isRequired boolean 0
isVisibleToClientPortal boolean 0
mergeVariableName string 100
name string 45 R
numberOfDecimalPlaces integer 0
sortOrder integer 0
udfType integer 0 RP
""")

USER_DEFINED_FIELD_LIST_ITEMS: Final[tuple[Field, ...]] = fields("""
id long 0 RO
createDate datetime 0 O
isActive boolean 0
udfFieldId long 0 RO >UserDefinedFieldDefinition
valueForDisplay string 128 R
valueForExport string 128 R
""")
