"""The picklists of a fresh tenant. Real tenants differ everywhere, and most codes are unknown (reference 6)."""

from typing import Final

from taskforce_simulators.autotask.schema.picklist import Value, values

COMPANY_TYPES: Final = values("1 Customer|2 Lead|3 Prospect|4 Dead|6 Cancelation|7 Vendor|8 Partner", system=True)
_EMAIL_TYPES: Final = values(
    "PRIMARY Primary e-mail address|SECONDARY Secondary e-mail address|SMS SMS text messaging address"
    "|PAGER Pager e-mail address|MOBILE Mobile email service",
    system=True,
)
_DATE_FORMATS: Final = values("|".join(f"{form} {form}" for form in ("MM/dd/yyyy", "dd/MM/yyyy", "yyyy-MM-dd")))
_TITLES: Final = values("1 Mr.|2 Mrs.|3 Ms.", system=True)
_SUFFIXES: Final = values("1 Jr.|2 Sr.|3 III", system=True)
_API_VENDORS: Final = values("1 Simulated RMM", system=True)

PICKLISTS: Final[dict[str, dict[str, tuple[Value, ...]]]] = {
    "Companies": {
        "apiVendorID": _API_VENDORS,
        "billToAddressToUse": values("1 Organization Address|2 Parent Organization Address|3 Other", system=True),
        "classification": values("200 Platinum|201 Gold|202 Silver|203 Delinquent"),
        "companyType": COMPANY_TYPES,
        "competitorID": values("29683001 Break-fix shop"),
        "invoiceMethod": values("1 Print|2 E-mail", system=True),
        "marketSegmentID": values("29682801 Healthcare|29682802 Legal|29682803 Manufacturing|29682804 Education"),
        "purchaseOrderTemplateID": values("1 Standard"),
        "territoryID": values("29682885 Local|29682886 Regional"),
    },
    "Contacts": {"apiVendorID": _API_VENDORS, "namePrefix": _TITLES, "nameSuffix": _SUFFIXES},
    "Resources": {
        "dateFormat": _DATE_FORMATS,
        "emailTypeCode": _EMAIL_TYPES,
        "emailTypeCode2": _EMAIL_TYPES,
        "emailTypeCode3": _EMAIL_TYPES,
        "gender": values("F Female|M Male|N Non-binary|P Prefer not to say", system=True),
        "greeting": _TITLES,
        "licenseType": values(
            "1 Administrator|2 Executive|3 Professional|4 Team Member|5 Time & Attendance Only|6 Dashboard User"
            "|7 API User|8 Contractor|9 Co-managed Help Desk",
            system=True,
        ),
        "locationID": values("1 Headquarters"),
        "numberFormat": values("X,XXX.XX X,XXX.XX|X.XXX,XX X.XXX,XX", system=True),
        "payrollType": values("1 Salary|2 Hourly|3 Contractor|4 Salary Non Exempt", system=True),
        "resourceType": values("Employee Employee|Contractor Contractor", system=True),
        "suffix": _SUFFIXES,
        "timeFormat": values("HH:mm HH:mm", system=True),
        "travelAvailabilityPct": values("0% 0%|100% up to 100%", system=True),
        "userType": values("10 System Administrator|17 API User (system)|11 Full Access", system=True),
    },
    "Tickets": {"status": values("1 New|5 Complete|7 Waiting Customer|8 In Progress")},
    "Contracts": {"status": values("0 Inactive|1 Active", system=True)},
    "Opportunities": {"status": values("0 Not Ready To Buy|1 Active|2 Lost|3 Closed|4 Implemented", system=True)},
    "Projects": {"status": values("0 Inactive|1 New|2 In Progress|5 Complete")},
    "UserDefinedFieldDefinitions": {
        # Which codes the vendor uses is not known; clients are to read them here.
        "udfType": values(
            "21 Company|22 Contact|23 Opportunity|24 Contract|25 Project|26 Ticket|27 Configuration Item|28 Task"
            "|29 Product",
            system=True,
        ),
        "dataType": values("31 Text (Single Line)|32 Text (Multi Line)|33 Number|34 Date|35 List", system=True),
        "displayFormat": values("1 Drop-Down|2 Radio Buttons", system=True),
    },
}
