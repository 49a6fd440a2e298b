"""The tables. Ids of Salesforce are text of 18 characters and case-sensitive; times are aware UTC."""

from taskforce.adapters.store.models.connections import (
    Connection,
    LaunchRow,
    LeaseRow,
    MappingVersionRow,
    ProgressRow,
    ScheduleRow,
    Token,
)
from taskforce.adapters.store.models.mail import (
    DeliveryRow,
    HeartbeatRow,
    MailRow,
    MailServerRow,
    NoticeRow,
    TroubleRow,
)
from taskforce.adapters.store.models.pairs import IntentRow, LinkRow, LockRow, WatchRow
from taskforce.adapters.store.models.people import ApiTokenRow, AuditRow, CacheRow, FailureRow, User
from taskforce.adapters.store.models.runs import ChangeRow, RunRow, TotalRow
from taskforce.adapters.store.models.source import BroughtRow, CursorRow, InboxRow, MergeRow, SightingRow
from taskforce.adapters.store.models.target import IndexRow, IndexState, SchemaRow

__all__ = [
    "ApiTokenRow",
    "AuditRow",
    "BroughtRow",
    "CacheRow",
    "ChangeRow",
    "Connection",
    "CursorRow",
    "DeliveryRow",
    "FailureRow",
    "HeartbeatRow",
    "InboxRow",
    "IndexRow",
    "IndexState",
    "IntentRow",
    "LaunchRow",
    "LeaseRow",
    "LinkRow",
    "LockRow",
    "MailRow",
    "MailServerRow",
    "MappingVersionRow",
    "MergeRow",
    "NoticeRow",
    "ProgressRow",
    "RunRow",
    "ScheduleRow",
    "SchemaRow",
    "SightingRow",
    "Token",
    "TotalRow",
    "TroubleRow",
    "User",
    "WatchRow",
]
