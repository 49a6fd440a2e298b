"""The invariants of design/protocols.md section 8, one function each: what is broken, as sentences.

`ALWAYS` hold after every step, `QUIET` once there has been no trouble for a while and nothing is due.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from taskforce.adapters.store.models import ChangeRow, CursorRow
from taskforce.domain.reasons import Reason
from tests.properties.sync_machine.excuses import is_excused
from tests.properties.sync_machine.fitting import is_in_a_loop
from tests.properties.sync_machine.leaving_out import (
    what_does_not_fit_is_inactive_where_that_is_wished,
    what_does_not_fit_is_left_as_it_is,
)
from tests.properties.sync_machine.locks import locked_fields_stay
from tests.properties.sync_machine.people import Source, carried_id
from tests.properties.sync_machine.restraint import requests_stay_below_the_mark, unusual_plans_ask_first
from tests.properties.sync_machine.view import KINDS, WRITTEN, View, moment
from tests.properties.sync_machine.wanted import COMPANIES, MAPPED, Raw, plain

Broken = Iterator[str]
Promise = Callable[[View], Broken]

OVERLAP = timedelta(minutes=10)
_STAMPS = frozenset({"lastActivityDate", "lastTrackedModifiedDateTime", "lastModifiedDate", "userDefinedFields"})


def broken(view: View, promises: Sequence[Promise]) -> list[str]:
    """Everything that is not as promised."""
    return [f"{promise.__name__}: {sentence}" for promise in promises for sentence in promise(view)]


# --- 1 ---


def records_in_scope_have_their_values(view: View) -> Broken:
    """Every in-scope Salesforce record has its mapped values in Autotask, or is held for a reason that is true."""
    for source in view.in_scope():
        row, link = view.inbox.get(source), view.links.get(source)
        if row is not None and row.state != "waiting":
            reason = Reason(row.reason) if row.reason else None
            if row.state != "held" or reason is None or not is_excused(view, source, reason):
                yield f"{source} is still {row.state} ({row.reason or 'nothing said'})"
        elif link is None:
            yield f"{source} is neither linked nor held"
        elif link.state == "unmapped":
            if source not in view.book.separated and not view.had_no_effect(source[1]):
                yield f"{source} counts as un-mapped, though nobody separated it"
        elif link.state == "ignored":
            if source not in view.book.ignored:
                yield f"{source} is left out, though nobody said so"
        elif link.state != "linked":
            yield f"{source} is {link.state} and nothing says why"
        else:
            yield from _differing(view, source)


def _differing(view: View, source: Source) -> Broken:
    kind, source_id = source
    record, target = view.sources[kind][source_id], view.target_of(source)
    if target is None:
        yield f"{source} is linked to an Autotask record that is gone"
        return
    if not target["isActive"]:
        yield f"{source} is linked to an inactive Autotask record"
    for field, value in _wanted(view, source, record).items():
        if plain(target[field]) != value and not view.witness.locks.hold(source, field):
            yield f"{source} wants {field} {value!r}, {plain(target[field])!r} stands in {target['id']}"


def _wanted(view: View, source: Source, record: Raw) -> dict[str, object]:
    if source[0] == COMPANIES:
        above = (COMPANIES, str(record["ParentId"]))
        is_known = view.is_in_scope(above) and not is_in_a_loop(view, source[1])
        parent = view.company_of(record["ParentId"]) if is_known else None
        return view.rules.company(record, parent)
    wanted = view.rules.contact(record)
    if view.is_in_scope((COMPANIES, str(record["AccountId"]))):
        wanted["companyID"] = plain(view.company_of(record["AccountId"]))
    return wanted


# --- 2 ---


def nothing_stands_twice(view: View) -> Broken:
    """At most one Autotask record per Salesforce id, but for what people typed; links are one-to-one."""
    for kind, records in view.targets.items():
        carried = Counter(carried_id(kind, dict(record)) for record in records.values())
        for source_id, number in carried.items():
            if source_id and number > 1 and (kind, source_id) not in view.book.typed_ids:
                yield f"{kind} {source_id} stands on {number} records"
    linked = Counter((kind, link.target_id) for (kind, _), link in view.links.items() if link.state == "linked")
    yield from (f"{target} is linked {number} times" for target, number in linked.items() if number > 1)


# --- 3 ---


def one_create_per_record(view: View) -> Broken:
    """At most one committed create per Salesforce id, but for those a person began anew or another got."""
    owners = {(kind, link.target_id): source for (kind, source), link in view.links.items() if link.state == "linked"}
    for (kind, source_id), made in view.witness.created.items():
        own = [number for number in made if owners.get((kind, number), source_id) == source_id]
        if len(own) > 1 + view.book.started_over[kind, source_id]:
            yield f"{kind} {source_id} was created as {made}"


def nothing_of_ours_lacks_its_id(view: View) -> Broken:
    """A record that Taskforce made carried its Salesforce id from the beginning."""
    for (kind, source_id), made in view.witness.created.items():
        if not source_id:
            yield f"{kind} {made} were made without a Salesforce id"


# --- 5 ---


def versions_only_go_forward(view: View) -> Broken:
    """The applied source version of a record never goes back. What Salesforce did not show had no version."""
    latest: dict[Source, ChangeRow] = {}
    for row in (each for each in _writes(view) if each.reason != Reason.SOURCE_DELETED):
        source = (KINDS[row.entity], row.source_id)
        before = latest.get(source)
        if before is not None and row.modified_at < before.modified_at:
            yield f"{source} went back from {before.modified_at} to {row.modified_at} in run {row.run_id}"
        latest[source] = row


# --- 7 ---


def what_is_not_mapped_is_untouched(view: View) -> Broken:
    """Fields outside of the mapping are as people left them."""
    for (kind, number), first in view.witness.first_seen.items():
        record = view.targets[kind].get(number)
        if record is None:
            continue
        for field in record.keys() - MAPPED[kind] - _STAMPS - {"isActive"}:
            expected = first[field]
            if (kind, number, field) in view.book.edited:
                expected = view.book.unmapped_values.get((kind, number), record[field])
            if record[field] != expected:
                yield f"{kind} {number}: {field} became {record[field]!r}, it was {expected!r}"


def records_of_autotask_alone_are_untouched(view: View) -> Broken:
    """What no Salesforce record is paired with holds what people typed."""
    paired = {(KINDS[row.entity], row.target_id) for row in _writes(view)}
    for kind, number in view.book.typed - paired:
        record, first = view.targets[kind].get(number), view.witness.first_seen.get((kind, number))
        if record is None or first is None:
            continue
        for field in record.keys() - _STAMPS:
            if record[field] != first[field] and (kind, number, field) not in view.book.edited:
                yield f"{kind} {number}, which is nobody's: {field} became {record[field]!r}"


# --- 8 ---


def the_cursor_leaves_nothing_behind(view: View) -> Broken:
    """What the next reading does not ask for again is in the Inbox, or was decided about."""
    decided: dict[Source, set[object]] = defaultdict(set)
    for row in view.changes:
        decided[KINDS[row.entity], row.source_id].add(row.modified_at)
    for kind, cursor in view.cursors.items():
        for source_id, record in view.sources[kind].items():
            stamp, row = moment(record["SystemModstamp"]), view.inbox.get((kind, source_id))
            is_known = stamp in decided[kind, source_id] or (row is not None and row.modified_at >= stamp)
            was_seen = (kind, source_id) not in view.book.was_gone  # what is shown again moves no stamp
            if not is_known and was_seen and _is_left_behind(cursor, stamp):
                yield f"{kind} {source_id} of {stamp} is behind the cursor and nowhere to be found"


def _is_left_behind(cursor: CursorRow, stamp: object) -> bool:
    """Whether the next reading begins after this."""
    return cursor.read_through is not None and stamp < cursor.read_through - OVERLAP


# --- 9 ---


def no_contact_before_its_company(view: View) -> Broken:
    """A contact was made under the company of its account."""
    yield from (f"{target} was made under a company that is not its account's" for target in view.witness.homeless)


# --- 11 and the outcomes ---


def every_change_has_one_outcome(view: View) -> Broken:
    """Of a run that has ended every change has an outcome, and no record was decided about twice."""
    open_runs = {run.pk for run in view.runs if run.status in ("running", "awaiting_approval")}
    seen: Counter[tuple[int, str, str]] = Counter()
    for row in view.changes:
        if row.reason == Reason.REPLACED:
            continue
        seen[row.run_id, row.entity, row.source_id] += 1
        if not row.outcome and row.run_id not in open_runs:
            yield f"run {row.run_id} has ended without an outcome for {row.entity} {row.source_id}"
    yield from (f"run, record {key} was decided about {number} times" for key, number in seen.items() if number > 1)


# --- 13 ---


def only_the_deleted_count_as_deleted(view: View) -> Broken:
    """A short page or a lost answer never means that a record is gone."""
    gone = {Reason.DELETED, Reason.SOURCE_DELETED, Reason.VANISHED}
    for row in view.changes:
        kind = KINDS[row.entity]
        if row.outcome_reason in gone and (kind, row.source_id) not in view.book.was_gone:
            yield f"{kind} {row.source_id} counts as deleted in run {row.run_id}"


# --- 14 ---


def the_deleted_are_as_the_settings_say(view: View) -> Broken:
    """What was deleted in Salesforce is kept or set inactive, by setting; what was merged is its survivor's."""
    policy = view.settings.deletion
    for kind, records in view.sources.items():
        for source_id, record in records.items():
            link = view.links.get((kind, source_id))
            if not record["IsDeleted"] or link is None:
                continue
            if link.state == "linked":
                yield f"{kind} {source_id} is deleted, and its pair still kept current"
            target = view.targets[kind].get(link.target_id)
            is_plain = record["MasterRecordId"] is None and link.state in ("deleted", "deactivated")
            if is_plain and policy == "deactivate" and target is not None and target["isActive"]:
                yield from _should_be_inactive(view, kind, source_id, link.target_id)
    for row in _writes(view):
        if policy == "keep" and row.reason == Reason.SOURCE_DELETED:
            yield f"{row.source_id} was set inactive, though the settings say to keep it"


def _should_be_inactive(view: View, kind: str, source_id: str, target_id: int) -> Broken:
    """Unless it is another's by now, or people activated it."""
    others = [link for (each, _), link in view.links.items() if each == kind and link.target_id == target_id]
    if len(others) == 1 and (kind, target_id, "isActive") not in view.book.edited:
        yield f"{kind} {target_id} of the deleted {source_id} is still active"


# --- 15 ---


def nothing_is_told_that_should_not_be(view: View) -> Broken:
    """No secret in logs, errors, notices and audit; no personal data in logs, errors and notices."""
    told = [*view.plant.said, *(run.message for run in view.runs), *(row.detail for row in view.changes)]
    told += [notice.text for notice in view.notices]
    for words, texts in ((view.plant.secrets(), told), (PRIVATE, told)):
        for text in texts:
            yield from (f"{word[:6]}… is told: {text[:120]}" for word in words if word in text)
    for row in view.changes:
        document = bytes(row.document).decode() + bytes(row.notes).decode()
        yield from (f"{word[:6]}… is in the audit" for word in view.plant.secrets() if word in document)


PRIVATE = ("555-01", "@private.example", "Privet Row", "Underhill")
"""What phones, addresses and last names of the machine have in common."""


# --- 17 ---


def nothing_is_left_sent(view: View) -> Broken:
    """A run that ended in order leaves no write of which nobody knows whether it was sent; a dry one touches none."""
    latest = view.runs[-1] if view.runs else None
    if latest is not None and latest.status != "running" and not latest.is_dry_run:
        yield from (f"{source} is left as sent" for source, intent in view.intents.items() if intent.state == "sent")


# --- 18 ---


def the_audit_gives_the_state(view: View) -> Broken:
    """One row per write; replayed, they give what is wanted and stands in Autotask."""
    replayed: dict[tuple[str, int], dict[str, object]] = defaultdict(dict)
    for row in _writes(view):
        if row.target_id is None:
            yield f"a write of run {row.run_id} does not say what it wrote to"
            continue
        replayed[KINDS[row.entity], row.target_id] |= view.written(row)
    for source in view.in_scope():
        target, record = view.target_of(source), view.sources[source[0]][source[1]]
        if target is None or source in view.inbox:
            continue
        number = int(str(target["id"]))
        for field in _wanted(view, source, record).keys() & replayed[source[0], number].keys():
            value = replayed[source[0], number][field]
            if plain(value) != plain(target[field]) and (source[0], number, field) not in view.book.edited:
                yield f"{source}: the audit ends with {field} {value!r}, {target[field]!r} stands there"


def every_write_has_a_row(view: View) -> Broken:
    """A record that Taskforce made or wrote to is in the audit, with before, after, source version and run."""
    audited = {(KINDS[row.entity], row.target_id) for row in _writes(view)}
    for (kind, source_id), made in view.witness.created.items():
        for number in made:
            link = view.links.get((kind, source_id))
            if (kind, number) not in audited and link is not None and link.target_id == number:
                yield f"nothing tells how {kind} {number} came to be"


# --- un-mapping ---


def separated_pairs_are_untouched(view: View) -> Broken:
    """Nothing was written to an Autotask record since people took its id away, unless it got another counterpart."""
    for (kind, source_id), (target, since) in view.book.separated.items():
        link = view.links.get((kind, source_id))
        if link is None or link.state != "unmapped" or link.target_id != target:
            continue
        others = {row.source_id for row in view.changes if row.target_id == target and KINDS[row.entity] == kind}
        if others <= {source_id} and view.patches((kind, target), since):
            yield f"{kind} {target} was written to after {source_id} had been taken from it"


def _writes(view: View) -> list[ChangeRow]:
    return [row for row in view.changes if row.outcome in WRITTEN]


ALWAYS: tuple[Promise, ...] = (
    nothing_stands_twice,
    one_create_per_record,
    nothing_of_ours_lacks_its_id,
    versions_only_go_forward,
    what_is_not_mapped_is_untouched,
    the_cursor_leaves_nothing_behind,
    no_contact_before_its_company,
    requests_stay_below_the_mark,
    only_the_deleted_count_as_deleted,
    nothing_is_left_sent,
    locked_fields_stay,
    what_does_not_fit_is_left_as_it_is,
)

QUIET: tuple[Promise, ...] = (
    *ALWAYS,
    records_in_scope_have_their_values,
    records_of_autotask_alone_are_untouched,
    every_change_has_one_outcome,
    unusual_plans_ask_first,
    the_deleted_are_as_the_settings_say,
    what_does_not_fit_is_inactive_where_that_is_wished,
    nothing_is_told_that_should_not_be,
    the_audit_gives_the_state,
    every_write_has_a_row,
    separated_pairs_are_untouched,
)
