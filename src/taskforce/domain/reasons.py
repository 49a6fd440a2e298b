"""Why something was decided: stable codes, each with its sentence and, where a person can act, the mend (B3, B13)."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from taskforce.domain.records import Value

Evidence = Mapping[str, Value | Sequence[Value]]
"""Figures, ids and names behind a decision, by a word that says what they are."""


class Reason(StrEnum):
    """A stable code. `sentence` says what happened, `mend` what a person can do (empty: nothing is needed)."""

    # written
    NO_CANDIDATE = "no_candidate"
    EXACT_MATCH = "exact_match"
    CARRIES_ID = "carries_id"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EDITED_IN_AUTOTASK = "edited_in_autotask"
    LINK_MOVED = "link_moved"
    SOURCE_DELETED = "source_deleted"
    REACTIVATED = "reactivated"
    REPLACED = "replaced"
    PUT_BACK = "put_back"
    CREATION_UNDONE = "creation_undone"
    # left alone
    NO_ACCOUNT = "no_account"
    PERSON_ACCOUNT = "person_account"
    DELETED = "deleted_in_salesforce"
    UNMAPPED = "unmapped"
    IGNORED = "ignored"
    UNFIT = "does_not_fit"
    ACCOUNT_UNFIT = "account_does_not_fit"
    MERGED = "merged"
    VANISHED = "vanished_from_salesforce"
    UNDONE = "undone"
    CHANGED_SINCE_RUN = "changed_since_run"
    CREATED_STAYS = "created_stays"
    HAS_ATTACHED = "has_attached"
    PAIR_IS_ANOTHER = "pair_is_another"
    # waiting
    AMBIGUOUS = "ambiguous"
    TAKEN = "taken"
    CANDIDATE_INACTIVE = "candidate_inactive"
    DUPLICATE_ID = "duplicate_id"
    COMPANY_NOT_LINKED = "company_not_linked"
    SAME_NAME_OTHER_COMPANY = "same_name_other_company"
    NEAR_MATCH_HELD = "near_match_held"
    MOVED = "moved_to_other_account"
    OWNER_NOT_FOUND = "owner_not_found"
    TOO_LONG = "too_long"
    FIELD_NOT_VISIBLE = "field_not_visible"
    TYPE_NOT_FOUND = "company_type_not_found"
    ORPHANED = "orphaned"
    WRITE_IN_DOUBT = "write_in_doubt"
    JUST_WRITTEN = "just_written"
    MERGED_BOTH_LINKED = "merged_both_linked"
    CHANGED_SINCE_PLANNED = "changed_since_planned"
    PLAN_REJECTED = "plan_rejected"
    NOT_REACHED = "not_reached"
    # failed
    REJECTED = "rejected"
    METADATA_OUTDATED = "metadata_outdated"
    UNREACHABLE = "unreachable"
    # remarks on what was written
    STAND_IN = "stand_in_used"
    TYPE_DEFAULTED = "type_defaulted"
    TYPE_KEPT = "type_kept"
    TYPE_UNKNOWN = "type_unknown"
    INDUSTRY_UNKNOWN = "industry_unknown"
    RATING_UNKNOWN = "rating_unknown"
    COUNTRY_UNKNOWN = "country_unknown"
    OWNER_DEFAULTED = "owner_defaulted"
    OWNER_AMBIGUOUS = "owner_ambiguous"
    OWNER_INACTIVE = "owner_inactive"
    OWNER_UNKNOWN = "owner_unknown"
    MANAGER_KEPT = "manager_kept"
    VALUE_CUT = "value_cut"
    VALUE_LEFT_OUT = "value_left_out"
    NOT_A_NUMBER = "not_a_number"
    CURRENCY_DIFFERS = "currency_differs"
    PARENT_NOT_LINKED = "parent_not_linked"
    PARENT_LOOP = "parent_loop"
    NEAR_MATCH = "near_match"

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        return _SENTENCES[self][0]

    @property
    def mend(self) -> str:
        """What a person can do about it; empty when nothing is needed. NAME and ID stand for what is typed there."""
        return _SENTENCES[self][1]

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


_SENTENCES: Mapping[Reason, tuple[str, str]] = {
    Reason.NO_CANDIDATE: ("Nothing in Autotask fits, so it was created.", ""),
    Reason.EXACT_MATCH: ("Exactly one Autotask record has the same key, so the two were linked.", ""),
    Reason.CARRIES_ID: ("The Autotask record already carries this Salesforce id, so the two were linked.", ""),
    Reason.CHANGED: ("Values differ from those in Autotask.", ""),
    Reason.UNCHANGED: ("Autotask already holds these values.", ""),
    Reason.EDITED_IN_AUTOTASK: ("Somebody changed values in Autotask; those of Salesforce were put back.", ""),
    Reason.LINK_MOVED: (
        "The Autotask record belongs to this Salesforce record now, by a merge or by a person's decision.",
        "",
    ),
    Reason.SOURCE_DELETED: ("The record was deleted in Salesforce, so it was set inactive.", ""),
    Reason.REACTIVATED: (
        "The record was restored in Salesforce, or fits the filter again, so it was set active again.",
        "",
    ),
    Reason.REPLACED: (
        "A person had it created anew under its new company, so the old one gave up its id and was deactivated.",
        "",
    ),
    Reason.PUT_BACK: ("A person undid the run, so what stood there before was put back.", ""),
    Reason.CREATION_UNDONE: ("A person undid the run that created the record, so it was set inactive.", ""),
    Reason.NO_ACCOUNT: (
        "The contact belongs to no account, so it is not imported.",
        "Give it an account in Salesforce if it should be.",
    ),
    Reason.PERSON_ACCOUNT: (
        "Person accounts are not imported.",
        "Set person_accounts to import if they should be.",
    ),
    Reason.DELETED: ("The record was deleted in Salesforce; Autotask is left as it is.", ""),
    Reason.UNMAPPED: (
        "Somebody separated the pair, here or by clearing the Salesforce id in Autotask; it stays apart.",
        "If that was a mistake: taskforce relink NAME ID.",
    ),
    Reason.IGNORED: (
        "A person decided to leave this record out.",
        "To have the rules decide again: taskforce forget NAME ID.",
    ),
    Reason.UNFIT: (
        "The record does not fit the filter, so it is not imported.",
        "Change it in Salesforce, or the filter: taskforce filter NAME show.",
    ),
    Reason.ACCOUNT_UNFIT: (
        "The contact's account does not fit the filter; the contact comes when the account does.",
        "Change the account in Salesforce, or the filter: taskforce filter NAME show.",
    ),
    Reason.MERGED: ("The record was merged into another in Salesforce, and its link went with it.", ""),
    Reason.VANISHED: (
        "Salesforce no longer shows the record: it was deleted for good, or is hidden from the user.",
        "Check that the Salesforce user sees all records (View All); Autotask was left as it is.",
    ),
    Reason.UNDONE: (
        "A person undid the writing of these values, so they are not written again by themselves.",
        "Change the record in Salesforce, or have them written all the same: taskforce retry NAME ID.",
    ),
    Reason.CHANGED_SINCE_RUN: (
        "Autotask does not hold what the run wrote any more, so what stands there now was left.",
        "Nothing to do, unless the former value is wanted: set it in Autotask.",
    ),
    Reason.CREATED_STAYS: (
        "The run created the record, and only values are put back.",
        "To set it inactive, undo the run with what it created.",
    ),
    Reason.HAS_ATTACHED: (
        "Something hangs on the company that the run created, so it was left as it is.",
        "Move or remove what hangs on it in Autotask, then undo the run once more.",
    ),
    Reason.PAIR_IS_ANOTHER: (
        "The Autotask record is gone, or no longer the counterpart of the Salesforce record, so it was left as it is.",
        "Look at the record in Autotask if its former values are wanted.",
    ),
    Reason.AMBIGUOUS: (
        "Several Autotask records fit, so none was touched.",
        "Choose the right one: taskforce relink NAME ID AUTOTASK_ID. If it is none of them: taskforce create NAME ID.",
    ),
    Reason.TAKEN: (
        "The Autotask record that fits belongs to another Salesforce record.",
        "Merge the two in Salesforce, or tell them apart by name or address, or taskforce ignore NAME ID.",
    ),
    Reason.CANDIDATE_INACTIVE: (
        "The Autotask record that fits is inactive.",
        "Activate it in Autotask. If it is another one: taskforce create NAME ID.",
    ),
    Reason.DUPLICATE_ID: (
        "Several Autotask records carry the same Salesforce id, or would by this pair.",
        "Clear the user-defined field on all but one; the one with the lowest id is the likely original.",
    ),
    Reason.COMPANY_NOT_LINKED: (
        "The contact's account has no linked company yet; the contact goes with it when it has.",
        "Look at the account: it says what it waits for.",
    ),
    Reason.SAME_NAME_OTHER_COMPANY: (
        "A contact of this name stands under another Autotask company of the same name.",
        "Rename one of the companies, or taskforce ignore NAME ID; contacts cannot be moved by Autotask's API.",
    ),
    Reason.NEAR_MATCH_HELD: (
        "A similar record stands in Autotask and may be the same customer, so nothing was created unasked.",
        "If it is the same: taskforce relink NAME ID AUTOTASK_ID. If not: taskforce create NAME ID.",
    ),
    Reason.MOVED: (
        "The contact moved to another account, and Autotask contacts cannot be moved by way of its API.",
        "Deactivate it and create another: taskforce relink NAME ID --new. Or leave it: taskforce ignore NAME ID.",
    ),
    Reason.OWNER_NOT_FOUND: (
        "The account's owner has no active resource of the same name, and no default account manager is set.",
        "Choose a default account manager, or create the resource in Autotask.",
    ),
    Reason.TOO_LONG: (
        "A value is longer than the Autotask field, and the settings say to refuse that.",
        "Shorten it in Salesforce, or set overflow to cut.",
    ),
    Reason.FIELD_NOT_VISIBLE: (
        "A field that decides about matching or the filter is hidden from the Salesforce user; nothing was guessed.",
        "Make the name and address fields, and those of the filter, visible to the user by field-level security.",
    ),
    Reason.TYPE_NOT_FOUND: (
        "Neither the account's type nor the fallback type exists in Autotask.",
        "Add the type in Autotask, or set fallback_company_type to one that exists.",
    ),
    Reason.ORPHANED: (
        "The linked Autotask record is gone or inactive.",
        "Activate it in Autotask, and the link resumes by itself. If it is gone for good: taskforce forget NAME ID.",
    ),
    Reason.WRITE_IN_DOUBT: (
        "The answer to a create was lost; Taskforce waits before it looks whether it was carried out.",
        "Nothing to do: a later import settles it.",
    ),
    Reason.JUST_WRITTEN: (
        "Autotask does not show Taskforce's own latest write yet, so nothing was concluded from what it shows.",
        "Nothing to do: the next import looks again.",
    ),
    Reason.MERGED_BOTH_LINKED: (
        "Two linked records were merged in Salesforce, so one Autotask record has lost its counterpart.",
        "Move what hangs on it and deactivate it in Autotask, or keep it: taskforce forget NAME ID ends the question.",
    ),
    Reason.CHANGED_SINCE_PLANNED: (
        "The record or the settings changed after the plan was made, so this change was not carried out.",
        "Nothing to do: the next import plans it anew.",
    ),
    Reason.PLAN_REJECTED: (
        "A person rejected the plan that this change belonged to.",
        "It comes back when it changes in Salesforce, when the settings change, or with taskforce relink NAME ID.",
    ),
    Reason.NOT_REACHED: ("The run ended before this change was made.", "Nothing to do: the next import plans it anew."),
    Reason.REJECTED: (
        "Autotask refused the record.",
        "Correct what Autotask names: a changed record, setting or Autotask list, or an import by hand, tries again.",
    ),
    Reason.METADATA_OUTDATED: (
        "Autotask refused the record by lists or fields that may have changed since they were read.",
        "Nothing to do: the next import reads them anew and tries again.",
    ),
    Reason.UNREACHABLE: (
        "Autotask could not be reached for this record.",
        "Nothing to do: the next import tries again, later ones after waits that grow.",
    ),
    Reason.STAND_IN: ("A required value is blank in Salesforce; the stand-in was used.", "Fill it in in Salesforce."),
    Reason.TYPE_DEFAULTED: ("The account has no type; the fallback type was used.", ""),
    Reason.TYPE_KEPT: ("The account has no type; the company keeps the one it has.", ""),
    Reason.TYPE_UNKNOWN: (
        "Autotask has no company type of this name; the fallback type was used.",
        "Add the type in Autotask if it is wanted.",
    ),
    Reason.INDUSTRY_UNKNOWN: (
        "Autotask has no market segment of this name; it was left empty.",
        "Add the market segment in Autotask if it is wanted.",
    ),
    Reason.RATING_UNKNOWN: (
        "Autotask has no classification of this name; what is there stays.",
        "Add the classification in Autotask if it is wanted.",
    ),
    Reason.COUNTRY_UNKNOWN: (
        "Autotask has no country of this name or code; what is there stays.",
        "Correct the country in Salesforce.",
    ),
    Reason.OWNER_DEFAULTED: ("The default account manager was used.", ""),
    Reason.OWNER_AMBIGUOUS: ("Several resources have the owner's name.", "Give the resources different names."),
    Reason.OWNER_INACTIVE: ("The resource of the owner's name is inactive.", "Change the owner in Salesforce."),
    Reason.OWNER_UNKNOWN: ("No resource has the owner's name.", "Create the resource, or change the owner."),
    Reason.MANAGER_KEPT: ("The owner was not found; the company keeps its account manager.", ""),
    Reason.VALUE_CUT: ("A text was cut to what Autotask can hold.", "Shorten it in Salesforce."),
    Reason.VALUE_LEFT_OUT: (
        "A value is longer than Autotask can hold and was left out.",
        "Correct it in Salesforce.",
    ),
    Reason.NOT_A_NUMBER: ("A value is not a number and was left out.", "Correct it in Salesforce."),
    Reason.CURRENCY_DIFFERS: (
        "The amount is not in the currency of Autotask and was left out.",
        "Set autotask_currency if it is the same currency.",
    ),
    Reason.PARENT_NOT_LINKED: ("The parent account has no linked company yet; the parent is set when it has.", ""),
    Reason.PARENT_LOOP: (
        "The parent accounts form a loop; the closing link was left out.",
        "Correct the parent account in Salesforce.",
    ),
    Reason.NEAR_MATCH: (
        "A similar record stands in Autotask; it may be the same customer.",
        "Compare the two, and merge them if they are.",
    ),
}
