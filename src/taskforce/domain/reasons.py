"""Why something was decided: stable codes, each with its sentence and, where a person can act, the mend (B3, B13)."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Self

from taskforce.domain.records import Value

Evidence = Mapping[str, Value | Sequence[Value]]
"""Figures, ids and names behind a decision, by a word that says what they are."""


class Reason(StrEnum):
    """A stable code. `sentence` says what happened, `mend` what a person can do about it (empty: nothing is needed).

    NAME and ID stand for what is typed there, see `advice`.
    """

    _value_: str
    sentence: str
    mend: str

    def __new__(cls, code: str, sentence: str = "", mend: str = "") -> Self:
        """A code with its words, without which it is looked up."""
        reason = str.__new__(cls, code)
        reason._value_, reason.sentence, reason.mend = code, sentence, mend
        return reason

    # written
    NO_CANDIDATE = "no_candidate", "Nothing in Autotask fits, so it was created."
    EXACT_MATCH = "exact_match", "Exactly one Autotask record has the same key, so the two were linked."
    CARRIES_ID = "carries_id", "The Autotask record already carries this Salesforce id, so the two were linked."
    RULE_MATCH = "rule_match", "Exactly one Autotask record fits by an added match rule, so the two were linked."
    CHANGED = "changed", "Values differ from those in Autotask."
    UNCHANGED = "unchanged", "Autotask already holds these values."
    EDITED_IN_AUTOTASK = "edited_in_autotask", "Somebody changed values in Autotask; those of Salesforce were put back."
    LINK_MOVED = (
        "link_moved",
        "The Autotask record belongs to this Salesforce record now, by a merge or by a person's decision.",
    )
    SOURCE_DELETED = "source_deleted", "The record was deleted in Salesforce, so it was set inactive."
    REACTIVATED = (
        "reactivated",
        "The record was restored in Salesforce, or fits the filter again, so it was set active again.",
    )
    REPLACED = (
        "replaced",
        "A person had it created anew under its new company, so the old one gave up its id and was deactivated.",
    )
    PUT_BACK = "put_back", "A person undid the run, so what stood there before was put back."
    CREATION_UNDONE = "creation_undone", "A person undid the run that created the record, so it was set inactive."
    ADOPTED = (
        "adopted",
        "The old extension left this Salesforce id on it, so the two were linked; their values are the same.",
    )
    ADOPTED_TO_COMPARE = (
        "adopted_to_compare",
        "The old extension left this Salesforce id on it, so the two were linked; the next import compares them.",
    )
    # left alone
    NO_ACCOUNT = (
        "no_account",
        "The contact belongs to no account, so it is not imported.",
        "Give it an account in Salesforce if it should be.",
    )
    PERSON_ACCOUNT = (
        "person_account",
        "Person accounts are not imported.",
        "Set person_accounts to import if they should be.",
    )
    DELETED = "deleted_in_salesforce", "The record was deleted in Salesforce; Autotask is left as it is."
    UNMAPPED = (
        "unmapped",
        "Somebody separated the pair, here or by clearing the Salesforce id in Autotask; it stays apart.",
        "If that was a mistake: taskforce relink NAME ID.",
    )
    IGNORED = (
        "ignored",
        "A person decided to leave this record out.",
        "To have the rules decide again: taskforce forget NAME ID.",
    )
    UNFIT = (
        "does_not_fit",
        "The record does not fit the filter, so it is not imported.",
        "Change it in Salesforce, or the filter: taskforce filter NAME show.",
    )
    ACCOUNT_UNFIT = (
        "account_does_not_fit",
        "The contact's account does not fit the filter; the contact comes when the account does.",
        "Change the account in Salesforce, or the filter: taskforce filter NAME show.",
    )
    MERGED = "merged", "The record was merged into another in Salesforce, and its link went with it."
    VANISHED = (
        "vanished_from_salesforce",
        "Salesforce no longer shows the record: it was deleted for good, or is hidden from the user.",
        "Check that the Salesforce user sees all records (View All); Autotask was left as it is.",
    )
    UNDONE = (
        "undone",
        "A person undid the writing of these values, so they are not written again by themselves.",
        "Change the record in Salesforce, or have them written all the same: taskforce retry NAME ID.",
    )
    CHANGED_SINCE_RUN = (
        "changed_since_run",
        "Autotask does not hold what the run wrote any more, so what stands there now was left.",
        "Nothing to do, unless the former value is wanted: set it in Autotask.",
    )
    CREATED_STAYS = (
        "created_stays",
        "The run created the record, and only values are put back.",
        "To set it inactive, undo the run with what it created.",
    )
    HAS_ATTACHED = (
        "has_attached",
        "Something hangs on the company that the run created, so it was left as it is.",
        "Move or remove what hangs on it in Autotask, then undo the run once more.",
    )
    PAIR_IS_ANOTHER = (
        "pair_is_another",
        "The Autotask record is gone, or no longer the counterpart of the Salesforce record, so it was left as it is.",
        "Look at the record in Autotask if its former values are wanted.",
    )
    PAIR_STANDS = (
        "pair_stands",
        "Taskforce knows a pair of this Salesforce record already, which was left as it is.",
        "If it is another one: taskforce relink NAME ID AUTOTASK_ID.",
    )
    NOT_AN_ID = (
        "not_an_id",
        "What stands in the user-defined field is no Salesforce id of such a record, so it was left as it is.",
        "Correct or clear it in Autotask; an import matches the record by its other values.",
    )
    # waiting
    AMBIGUOUS = (
        "ambiguous",
        "Several Autotask records fit, so none was touched.",
        "Choose the right one: taskforce relink NAME ID AUTOTASK_ID. If it is none of them: taskforce create NAME ID.",
    )
    TAKEN = (
        "taken",
        "The Autotask record that fits belongs to another Salesforce record.",
        "Merge the two in Salesforce, or tell them apart by name or address, or taskforce ignore NAME ID.",
    )
    CANDIDATE_INACTIVE = (
        "candidate_inactive",
        "The Autotask record that fits is inactive.",
        "Activate it in Autotask. If it is another one: taskforce create NAME ID.",
    )
    DUPLICATE_ID = (
        "duplicate_id",
        "Several Autotask records carry the same Salesforce id, or would by this pair.",
        "Clear the user-defined field on all but one; the one with the lowest id is the likely original.",
    )
    COMPANY_NOT_LINKED = (
        "company_not_linked",
        "The contact's account has no linked company yet; the contact goes with it when it has.",
        "Look at the account: it says what it waits for.",
    )
    SAME_NAME_OTHER_COMPANY = (
        "same_name_other_company",
        "A contact of this name stands under another Autotask company of the same name.",
        "Rename one of the companies, or taskforce ignore NAME ID; contacts cannot be moved by Autotask's API.",
    )
    RULE_MATCH_HELD = (
        "rule_match_held",
        "An added match rule found an Autotask record, and says that a person decides.",
        "If it is the same: taskforce relink NAME ID AUTOTASK_ID. If not: taskforce create NAME ID.",
    )
    NEAR_MATCH_HELD = (
        "near_match_held",
        "A similar record stands in Autotask and may be the same customer, so nothing was created unasked.",
        "If it is the same: taskforce relink NAME ID AUTOTASK_ID. If not: taskforce create NAME ID.",
    )
    MOVED = (
        "moved_to_other_account",
        "The contact moved to another account, and Autotask contacts cannot be moved by way of its API.",
        "Deactivate it and create another: taskforce relink NAME ID --new. Or leave it: taskforce ignore NAME ID.",
    )
    OWNER_NOT_FOUND = (
        "owner_not_found",
        "The account's owner has no active resource of the same name, and no default account manager is set.",
        "Choose a default account manager, or create the resource in Autotask.",
    )
    TOO_LONG = (
        "too_long",
        "A value is longer than the Autotask field, and the settings say to refuse that.",
        "Shorten it in Salesforce, or set overflow to cut.",
    )
    FIELD_NOT_VISIBLE = (
        "field_not_visible",
        "A field that decides about matching or the filter is hidden from the Salesforce user; nothing was guessed.",
        "Make the name and address fields, and those of filter and match rules, visible by field-level security.",
    )
    TYPE_NOT_FOUND = (
        "company_type_not_found",
        "Neither the account's type nor the fallback type exists in Autotask.",
        "Add the type in Autotask, or set fallback_company_type to one that exists.",
    )
    ORPHANED = (
        "orphaned",
        "The linked Autotask record is gone or inactive.",
        "Activate it in Autotask, and the link resumes by itself. If it is gone for good: taskforce forget NAME ID.",
    )
    WRITE_IN_DOUBT = (
        "write_in_doubt",
        "The answer to a write was lost; Taskforce waits before it looks whether it was carried out.",
        "Nothing to do: a later import settles it.",
    )
    JUST_WRITTEN = (
        "just_written",
        "Autotask does not show Taskforce's own latest write yet, so nothing was concluded from what it shows.",
        "Nothing to do: the next import looks again.",
    )
    MERGED_BOTH_LINKED = (
        "merged_both_linked",
        "Two linked records were merged in Salesforce, so one Autotask record has lost its counterpart.",
        "Move what hangs on it and deactivate it in Autotask, or keep it: taskforce forget NAME ID ends the question.",
    )
    NAME_DIFFERS = (
        "name_differs",
        "The Autotask record carries this Salesforce id, but has quite another name, so the two were not linked.",
        "If they are the same: taskforce relink NAME ID. If not: clear the field there, then taskforce forget NAME ID.",
    )
    OWN_COMPANY = (
        "own_company",
        "The Salesforce id stands on your own company in Autotask or one of its contacts, which are never linked.",
        "Clear the field there, then taskforce forget NAME ID. Or leave it out: taskforce ignore NAME ID.",
    )
    CHANGED_SINCE_PLANNED = (
        "changed_since_planned",
        "The record or the settings changed after the plan was made, so this change was not carried out.",
        "Nothing to do: the next import plans it anew.",
    )
    PLAN_REJECTED = (
        "plan_rejected",
        "A person rejected the plan that this change belonged to.",
        "It comes back when it changes in Salesforce, when the settings change, or with taskforce relink NAME ID.",
    )
    NOT_REACHED = (
        "not_reached",
        "The run ended before this change was made.",
        "Nothing to do: the next import plans it anew.",
    )
    # failed
    REJECTED = (
        "rejected",
        "Autotask refused the record.",
        "Correct what Autotask names: a changed record, setting or Autotask list, or an import by hand, tries again.",
    )
    METADATA_OUTDATED = (
        "metadata_outdated",
        "Autotask refused the record by lists or fields that may have changed since they were read.",
        "Nothing to do: the next import reads them anew and tries again.",
    )
    UNREACHABLE = (
        "unreachable",
        "Autotask could not be reached for this record.",
        "Nothing to do: the next import tries again, later ones after waits that grow.",
    )
    # remarks on what was written
    STAND_IN = (
        "stand_in_used",
        "A required value is blank in Salesforce; the stand-in was used.",
        "Fill it in in Salesforce.",
    )
    TYPE_DEFAULTED = "type_defaulted", "The account has no type; the fallback type was used."
    TYPE_KEPT = "type_kept", "The account has no type; the company keeps the one it has."
    TYPE_UNKNOWN = (
        "type_unknown",
        "Autotask has no company type of this name; the fallback type was used.",
        "Add the type in Autotask if it is wanted.",
    )
    INDUSTRY_UNKNOWN = (
        "industry_unknown",
        "Autotask has no market segment of this name; it was left empty.",
        "Add the market segment in Autotask if it is wanted.",
    )
    RATING_UNKNOWN = (
        "rating_unknown",
        "Autotask has no classification of this name; what is there stays.",
        "Add the classification in Autotask if it is wanted.",
    )
    COUNTRY_UNKNOWN = (
        "country_unknown",
        "Autotask has no country of this name or code; what is there stays.",
        "Correct the country in Salesforce.",
    )
    OWNER_DEFAULTED = "owner_defaulted", "The default account manager was used."
    OWNER_AMBIGUOUS = (
        "owner_ambiguous",
        "Several resources have the owner's name.",
        "Give the resources different names.",
    )
    OWNER_INACTIVE = (
        "owner_inactive",
        "The resource of the owner's name is inactive.",
        "Change the owner in Salesforce.",
    )
    OWNER_UNKNOWN = "owner_unknown", "No resource has the owner's name.", "Create the resource, or change the owner."
    MANAGER_KEPT = "manager_kept", "The owner was not found; the company keeps its account manager."
    VALUE_CUT = "value_cut", "A text was cut to what Autotask can hold.", "Shorten it in Salesforce."
    VALUE_LEFT_OUT = (
        "value_left_out",
        "A value is longer than Autotask can hold and was left out.",
        "Correct it in Salesforce.",
    )
    NOT_A_NUMBER = "not_a_number", "A value is not a number and was left out.", "Correct it in Salesforce."
    NOT_A_DATE = "not_a_date", "The value is no date, so it was left out.", "Correct it in Salesforce."
    NOT_YES_OR_NO = "not_yes_or_no", "The value is neither yes nor no, so it was left out.", "Correct it in Salesforce."
    NOT_AN_EMAIL = "not_an_email", "The value is no e-mail address, so it was left out.", "Correct it in Salesforce."
    NOT_IN_TABLE = (
        "not_in_table",
        "The table of the mapping has no text for this value, so it was left out.",
        "Add it to the table, or give the row a default.",
    )
    NOT_IN_PICKLIST = (
        "not_in_picklist",
        "The Autotask picklist has no active value of this name, so what stands there stays.",
        "Add it in Autotask, pair the two in the mapping, or give the row a default.",
    )
    EDIT_KEPT = "edit_kept", "Somebody edited the field in Autotask since it was last written; that was kept."
    EDIT_REPLACED = (
        "edit_replaced",
        "Somebody edited the field in Autotask since it was last written; the value of Salesforce replaces that.",
        "Lock the field of this record, or let the mapping keep edits, if it should stay.",
    )
    FIELD_LOCKED = "field_locked", "The field of this record is locked, so it stays as it is in Autotask."
    CURRENCY_DIFFERS = (
        "currency_differs",
        "The amount is not in the currency of Autotask and was left out.",
        "Set autotask_currency if it is the same currency.",
    )
    PARENT_NOT_LINKED = (
        "parent_not_linked",
        "The parent account has no linked company yet; the parent is set when it has.",
    )
    PARENT_LOOP = (
        "parent_loop",
        "The parent accounts form a loop; the closing link was left out.",
        "Correct the parent account in Salesforce.",
    )
    NEAR_MATCH = (
        "near_match",
        "A similar record stands in Autotask; it may be the same customer.",
        "Compare the two, and merge them if they are.",
    )

    def advice(self, connection: str, source_id: str = "ID") -> str:
        """The mend with its commands as they are typed for one record."""
        words = {"NAME": connection, "ID": source_id}
        return re.sub(r"\b(?:NAME|ID)\b", lambda found: words[found.group()], self.mend)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark on one field of a record that was written all the same."""

    reason: Reason
    field: str = ""
    evidence: Evidence = dataclasses.field(default_factory=dict)
