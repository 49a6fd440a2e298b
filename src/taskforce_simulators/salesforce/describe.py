"""Descriptions of objects and fields. Source: reference sections 3 and 7, and the describes recorded beside it."""

from typing import Final

from taskforce_simulators.salesforce.schema import OBJECTS, Field, Schema, SObject
from taskforce_simulators.salesforce.schema.picklists import RESTRICTED

_SOAP_TYPES: Final = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}
_UNSIZED: Final = frozenset({"boolean", "int", "double", "currency", "date", "datetime", "address"})
_SYSTEM: Final = frozenset(
    "MasterRecordId RecordTypeId PhotoUrl LastActivityDate LastViewedDate LastReferencedDate ChannelProgramName "
    "ChannelProgramLevelName JigsawCompanyId JigsawContactId LastCURequestDate LastCUUpdateDate EmailBouncedReason "
    "EmailBouncedDate IndividualId FirstName Salutation".split()
)


_CONSTANT: Final[dict[str, object]] = {
    "aiPredictionField": False,
    "autoNumber": False,
    "calculated": False,
    "calculatedFormula": None,
    "cascadeDelete": False,
    "caseSensitive": False,
    "controllerName": None,
    "defaultValueFormula": None,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "externalId": False,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "inlineHelpText": None,
    "mask": None,
    "maskType": None,
    "namePointing": False,
    "referenceTargetField": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "unique": False,
    "writeRequiresMasterRead": False,
}
"""What no simulated field has."""


def describe_field(sobject: SObject, field: Field) -> dict[str, object]:
    """One field with every key that describe has, in the order of the alphabet."""
    text = field.type not in _UNSIZED and not field.is_id
    reference = field.type == "reference"
    varying: dict[str, object] = {
        "aggregatable": field.type not in {"address", "boolean"} and (field.filterable or field.type == "string"),
        "byteLength": field.length * 3 if text else field.length,
        "compoundFieldName": field.compound,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": False if field.type == "boolean" else None,
        "defaultedOnCreate": not field.nillable and field.name not in {"Name", "LastName"},
        "digits": field.digits,
        "extraTypeInfo": _extra_type(sobject, field),
        "filterable": field.filterable,
        "groupable": field.groupable,
        "idLookup": field.type == "id" or (sobject.name == "Contact" and field.name == "Email"),
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.name == "Name",
        "nillable": field.nillable,
        "permissionable": field.nillable and field.name not in _SYSTEM,
        "picklistValues": _picklist(field),
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": field.precision,
        "queryByDistance": field.type == "address",
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship,
        "restrictedPicklist": field.picklist in RESTRICTED,
        "scale": field.scale,
        "searchPrefilterable": reference and field.createable and field.nillable and field.name != "RecordTypeId",
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": field.filterable and field.type != "address",
        "type": field.type,
        "updateable": field.updateable,
    }
    return dict(sorted((_CONSTANT | varying).items()))


def describe(sobject: SObject, schema: Schema, version: str, public_url: str) -> dict[str, object]:
    """A whole object."""
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    return summary(sobject, version) | {
        "actionOverrides": [],
        "childRelationships": _children(sobject, schema),
        "compactLayoutable": True,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(sobject, field) for field in sobject.fields.values()],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [_master_record_type(base)] if sobject.deletable else [],
        "searchLayoutable": True,
        "supportedScopes": [{"label": f"All {sobject.label_plural.lower()}", "name": "everything"}],
        "urls": _urls(base)
        | {
            "uiDetailTemplate": f"{public_url}/{{ID}}",
            "uiEditTemplate": f"{public_url}/{{ID}}/e",
            "uiNewRecord": f"{public_url}/{sobject.key_prefix}/e",
        },
    }


def summary(sobject: SObject, version: str) -> dict[str, object]:
    """An object as global describe lists it."""
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": sobject.createable,
        "custom": False,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": sobject.deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": sobject.createable,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.name,
        "labelPlural": sobject.label_plural,
        "layoutable": True,
        "mergeable": sobject.deletable,
        "mruEnabled": sobject.createable,
        "name": sobject.name,
        "queryable": True,
        "replicateable": sobject.createable,
        "retrieveable": True,
        "searchable": sobject.createable,
        "triggerable": sobject.createable,
        "undeletable": sobject.deletable,
        "updateable": True,
        "urls": {
            key: value
            for key, value in _urls(f"/services/data/v{version}/sobjects/{sobject.name}").items()
            if key in {"rowTemplate", "describe", "sobject"}
        },
    }


def _urls(base: str) -> dict[str, str]:
    parts = {
        "compactLayouts": "/describe/compactLayouts",
        "rowTemplate": "/{ID}",
        "describe": "/describe",
        "sobject": "",
    }
    parts |= {"approvalLayouts": "/describe/approvalLayouts", "layouts": "/describe/layouts", "listviews": "/listviews"}
    return {name: base + path for name, path in (parts | {"quickActions": "/quickActions"}).items()}


def _children(sobject: SObject, schema: Schema) -> list[dict[str, object]]:
    """The references from other objects to this one."""
    names = {("Account", "ParentId"): "ChildAccounts", ("Contact", "AccountId"): "Contacts"}
    return [
        {
            "cascadeDelete": (child.name, field.name) == ("Contact", "AccountId"),
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": field.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": names.get((child.name, field.name)),
            "restrictedDelete": False,
        }
        for child in schema.objects()
        for field in child.fields.values()
        if sobject.name in field.reference_to
    ]


def _master_record_type(base: str) -> dict[str, object]:
    identifier = "012000000000000AAA"
    return {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": True,
        "developerName": "Master",
        "master": True,
        "name": "Master",
        "recordTypeId": identifier,
        "urls": {"layout": f"{base}/describe/layouts/{identifier}"},
    }


def _picklist(field: Field) -> list[dict[str, object]]:
    return [
        {"active": True, "defaultValue": False, "label": label, "validFor": None, "value": value}
        for value, label in field.values.items()
    ]


def _extra_type(sobject: SObject, field: Field) -> str | None:
    if field.name == "Name":
        return (
            "switchablepersonname"
            if sobject.name == "Account" and field.compound
            else ("personname" if sobject.name in {"Contact", "User"} else None)
        )
    if field.compound == "Name":
        return "personname"
    return "plaintextarea" if field.type == "textarea" else "imageurl" if field.name == "PhotoUrl" else None


REPLICATED: Final = tuple(name for name, sobject in OBJECTS.items() if sobject.createable)
"""Objects that updated and deleted tell about."""
