"""What programs read: one shape for `--json` and for the REST API. Keys are added, none is taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from taskforce.domain.adopting import Finding as AdoptionFinding
from taskforce.domain.adopting import counted, finding_of, to_compare
from taskforce.domain.checking import Finding
from taskforce.domain.comparison import comparison
from taskforce.domain.history import Cause, RecordedChange
from taskforce.domain.links import NO_TARGET, LinkState
from taskforce.domain.notices import Notice
from taskforce.domain.records import Entity
from taskforce.domain.review import Decided, Resolution
from taskforce.domain.run import Run, RunStatus
from taskforce.domain.tokens import ApiToken
from taskforce.engine.review import ListedLink
from taskforce.engine.stores import Stores
from taskforce.engine.trying import AGREEMENT, OUTCOMES, Line, Trial
from taskforce.errors import TaskforceError

if TYPE_CHECKING:
    from taskforce.adapters.store.mapping_versions import MappingVersion
    from taskforce.domain.field_map import FieldMap
    from taskforce.domain.mapping_checks import MappingProblem
    from taskforce.mapping_trial import MappingTrial, RowValues, Sampled

COUNTERS = ("created", "linked", "updated", "unchanged", "skipped", "held", "failed")
ABOUT_FIELDS = (Resolution.LOCKED, Resolution.UNLOCKED)
RARE_COUNTERS = ("deactivated", "postponed")
"""Counters that most runs have not got."""


def run_document(run: Run) -> dict[str, Any]:
    """A run as the command line's JSON."""
    return {
        "run_id": run.id,
        "kind": run.kind.value,
        "status": run.status.value,
        **{entity.plural: {name: getattr(run.counts[entity], name) for name in COUNTERS} for entity in Entity},
        **{name: {entity.plural: getattr(run.counts[entity], name) for entity in Entity} for name in RARE_COUNTERS},
        "standing": {"held": run.held, "failing": run.failing},
        "calls": asdict(run.calls),
        "lower_bound": asdict(run.lower_bound),
        "duration_s": round(run.duration.total_seconds(), 3),
        "connection": run.connection,
        "dry_run": run.is_dry_run,
        **({} if run.undoes is None else {"undoes": {"run_id": run.undoes.run_id, "created": run.undoes.creates}}),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "message": run.message,
        **({"digest": run.digest} if _may_be_approved(run) else {}),
        "resume_at": run.resume_at.isoformat() if run.resume_at else None,
        "autotask_seconds_per_call": _rounded(run.autotask_seconds_per_call),
    }


def _may_be_approved(run: Run) -> bool:
    """Of another run the digest tells programs nothing that they could use."""
    return bool(run.digest) and (run.is_dry_run or run.status is RunStatus.AWAITING_APPROVAL)


def could_not_run(error: TaskforceError) -> dict[str, Any]:
    """The JSON object of an import that could not even be recorded."""
    return {"run_id": None, "status": RunStatus.COULD_NOT_RUN.value, "message": str(error)}


def change_document(change: RecordedChange, connection: str) -> dict[str, Any]:
    """One record of a run as the command line's JSON."""
    return {
        "entity": change.entity.value,
        "source_id": change.source_id,
        "target_id": change.target_id,
        "name": change.name,
        "change": change.kind,
        "outcome": change.outcome.value if change.outcome else None,
        "reason": (change.outcome_reason or change.reason).value,
        "sentence": (change.outcome_reason or change.reason).sentence,
        "mend": (change.outcome_reason or change.reason).advice(connection, change.source_id),
        "detail": change.detail,
        "evidence": _plain(change.evidence),
        "fields": [
            {"field": each.field, "before": _plain(each.before), "after": _plain(each.after)}
            for each in change.field_changes
        ],
        "notes": [
            {
                "reason": note.reason.value,
                "sentence": note.reason.sentence,
                "field": note.field,
                "evidence": _plain(note.evidence),
            }
            for note in change.notes
        ],
    }


def reconciliation_document(run: Run, causes: Sequence[Cause]) -> dict[str, Any]:
    """What a reconciliation's JSON has besides that of any run; remarks on records are not among its causes."""
    found = comparison(run.counts)
    return {
        "compared": found.compared,
        "agreed": found.agreed,
        "differed": found.differed,
        "waiting": found.waiting,
        "left_alone": found.left_alone,
        "causes": [cause_document(cause) for cause in causes if not cause.is_note],
    }


def adoption_document(
    run: Run, causes: Sequence[Cause], records: Sequence[RecordedChange] | None = None
) -> dict[str, Any]:
    """What an adoption's JSON has besides that of any run; `records` are those that a person may look at."""
    listed = {} if records is None else {"records": [change_document(each, run.connection) for each in records]}
    numbers = counted(causes)
    return {
        "findings": {
            finding.value: {entity.plural: numbers[finding][entity] for entity in Entity} for finding in AdoptionFinding
        },
        "to_compare": to_compare(causes),
        "causes": [
            {**cause_document(cause), "finding": finding_of(cause.outcome, cause.reason).value}
            for cause in causes
            if not cause.is_note
        ],
        **listed,
    }


def cause_document(cause: Cause) -> dict[str, Any]:
    """Records of a run that ended alike."""
    return {
        "entity": cause.entity.value,
        "outcome": cause.outcome.value,
        "reason": cause.reason.value,
        "sentence": cause.reason.sentence,
        "mend": cause.reason.mend,
        "number": cause.number,
        "example": cause.example,
    }


def notice_document(notice: Notice) -> dict[str, Any]:
    """A notice as the command line's JSON."""
    return {
        "kind": notice.kind.value,
        "subject": notice.subject,
        "text": notice.text,
        "mend": notice.kind.mend,
        "told_at": notice.told_at.isoformat(),
        "over_at": notice.over_at.isoformat() if notice.over_at else None,
    }


def decision_details(command: str, decided: Decided) -> dict[str, str]:
    """What the audit keeps of a decision: the command, and the fields it named."""
    return {"decision": command, **({"fields": ", ".join(decided.fields)} if decided.fields else {})}


def trial_document(trial: Trial) -> dict[str, Any]:
    """What match rules would do, by kind of record and rule; `rule` "exact" is that of the extension."""
    return {
        **{
            entity.plural: {
                **{name: trial.seen[entity][name] for name in ("linked", "unlinked", "created", "waiting", "left_out")},
                "rules": [_line_document(line) for line in trial.of(entity)],
            }
            for entity in Entity
        },
        "calls": asdict(trial.calls),
    }


def _line_document(line: Line) -> dict[str, Any]:
    return {
        "rule": str(line.rule),
        "verdict": line.verdict.value if line.verdict is not None else None,
        "without_pair": {name: line.counts[name] for name in OUTCOMES},
        "with_pair": {name: line.counts[name] for name in AGREEMENT},
        "examples": [
            {
                "source_id": each.source_id,
                "name": each.name,
                "outcome": each.outcome,
                "candidates": [{"id": target_id, "name": name} for target_id, name in each.candidates.items()],
            }
            for each in line.examples
        ],
    }


def decision_document(decided: Decided) -> dict[str, Any]:
    """What a person decided about a record."""
    return {
        "entity": decided.entity.value,
        "source_id": decided.source_id,
        "target_id": decided.paired.target_id if decided.paired is not None else None,
        "name": decided.name,
        "state_before": decided.before.value if decided.before is not None else None,
        "state": decided.state.value if decided.state is not None else None,
        "message": decided.sentence,
        **({"fields": decided.fields, "locked": decided.locked} if decided.resolution in ABOUT_FIELDS else {}),
    }


def link_document(listed: ListedLink) -> dict[str, Any]:
    """A pair, with the name of its Autotask record."""
    link = listed.link
    return {
        "entity": link.entity.value,
        "source_id": link.source_id,
        "target_id": link.target_id if link.target_id != NO_TARGET else None,
        "name": listed.name,
        "state": link.state.value,
        "meaning": link.state.meaning,
        "locked": listed.locked,
    }


def link_counts(stores: Stores) -> Mapping[str, Mapping[str, int]]:
    """How many links there are in each state."""
    return {entity.plural: {state.value: stores.links.count(entity, state) for state in LinkState} for entity in Entity}


def check_document(connection: str, findings: Sequence[Finding], trouble: str = "") -> dict[str, Any]:
    """What a check of a connection found; with `trouble`, why it could not begin."""
    is_ok = not trouble and not any(finding.stops_import for finding in findings)
    told = {"message": trouble} if trouble else {}
    return {"connection": connection, "ok": is_ok, **told, "checks": finding_documents(findings)}


def finding_documents(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """One object per finding."""
    return [asdict(finding) for finding in findings]


def token_document(token: ApiToken) -> dict[str, Any]:
    """A token, without anything by which it could be used."""
    return {
        "name": token.name,
        "role": token.role.value,
        "created_by": token.created_by,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _plain(value: object) -> object:
    """Decimals as numbers, so that programs can read them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def fitting_document(found: Mapping[Entity, tuple[int, int]]) -> dict[str, Any]:
    """How many records fit a filter, and how many there are."""
    return {entity.plural: {"fit": found[entity][0], "all": found[entity][1]} for entity in Entity}


def mapping_problem_document(problem: "MappingProblem") -> dict[str, Any]:
    """What stands against a row of a mapping, or is to be said of it."""
    return {
        "entity": problem.entity.value,
        "target": problem.target,
        "stops": problem.stops,
        "message": problem.message,
        "mend": problem.mend,
    }


def mapping_sample_document(sample: "Sampled") -> dict[str, Any]:
    """One real record, and what a mapping makes of it."""
    desired = sample.desired
    wanted = {**desired.values, **desired.fallbacks, **desired.references}
    return {
        "source_id": sample.record.id,
        "name": sample.record.name,
        "values": {name: _plain(value) for name, value in wanted.items()},
        "notes": [
            {"field": note.field, "reason": note.reason.value, "sentence": note.reason.sentence}
            for note in desired.notes
        ],
    }


def mapping_values_document(row: "FieldMap", found: "RowValues") -> dict[str, Any]:
    """The values of a row's Salesforce field, each with how many records have it and what it becomes."""
    return {
        "source": row.source,
        "target": row.target,
        "blank": found.blank,
        "complete": found.is_all,
        "values": [{**asdict(each), "by": each.by.value} for each in found.values],
        "labels": list(found.labels),
    }


def mapping_trial_document(trial: "MappingTrial") -> dict[str, Any]:
    """What both systems say of a mapping, and what it makes of a few records."""
    return {
        "ok": trial.may_be_stored,
        "refused": trial.refused,
        "problems": [mapping_problem_document(each) for each in trial.problems],
        "samples": {
            entity.plural: [mapping_sample_document(each) for each in samples]
            for entity, samples in trial.samples.items()
        },
    }


def mapping_version_document(version: "MappingVersion") -> dict[str, Any]:
    """Who changed which rows when."""
    return {
        "version": version.number,
        "made_at": version.made_at.isoformat(),
        "made_by": version.made_by,
        "changed": version.changed,
    }
