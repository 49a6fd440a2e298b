"""Mails that wait to be sent, and what people were told by mail: kept together or not at all."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from taskforce.adapters.store.codec import fitted
from taskforce.adapters.store.models import Connection, DeliveryRow, MailRow, TroubleRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.deliveries import Delivery, DeliveryState, Message
from taskforce.domain.mailing import CLAIM, LONGEST_WAIT, Standing, TroubleKind

Decide = Callable[[Sequence[Standing]], tuple[Message | None, Sequence[Standing]]]
"""Given what is remembered of trouble: the mail that is due, and what is to be remembered."""

KEPT = timedelta(days=30)
"""How long it is known that a mail was sent or given up."""

_REMEMBERED = ("text", "mend", "size", "since", "told_at", "told_size", "is_told", "over_at")


@tells_trouble
class Outbox:
    """The mails of all connections."""

    def decide(
        self, connection_id: int, decide: Decide, *, recipients: Sequence[str], new_id: Callable[[], str], now: datetime
    ) -> bool:
        """Have decided about what is remembered, and store the mail with it; whether there is one.

        `new_id` gives what a mail to one recipient is known by for ever.
        """
        with transaction.atomic():
            Connection.objects.select_for_update().get(pk=connection_id)
            rows = TroubleRow.objects.filter(connection_id=connection_id).order_by("id")
            message, remembered = decide([_standing(row) for row in rows])
            _remember(connection_id, remembered)
            if message is not None:
                _put(connection_id, message, recipients, new_id, now)
        return message is not None

    def standing(self, connection_id: int) -> Sequence[Standing]:
        """What is remembered of trouble."""
        rows = TroubleRow.objects.filter(connection_id=connection_id).order_by("id")
        return [_standing(row) for row in rows]

    def to_be_reminded_of(self, now: datetime) -> Sequence[str]:
        """Connections of whose trouble people are to be told again."""
        rows = TroubleRow.objects.filter(over_at=None).select_related("connection").order_by("connection__name")
        return sorted({row.connection.name for row in rows if _standing(row).is_due(now)})

    def claim(self, now: datetime, *, limit: int) -> Sequence[Delivery]:
        """Mails that are due, for the caller alone to send within `CLAIM`."""
        if not _due(now).exists():
            return []
        with transaction.atomic():
            rows = list(_due(now).select_for_update(of=("self",)).select_related("mail__connection")[:limit])
            DeliveryRow.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_until=now + CLAIM)
        return [_delivery(row) for row in rows]

    def sent(self, delivery: Delivery, now: datetime) -> None:
        """A mail server has taken it."""
        self._settle(delivery, DeliveryState.SENT, "", now)

    def give_up(self, delivery: Delivery, trouble: str, now: datetime) -> None:
        """It cannot be delivered."""
        self._settle(delivery, DeliveryState.GIVEN_UP, trouble, now)

    def put_off(self, delivery: Delivery, trouble: str, due_at: datetime) -> None:
        """It was tried in vain, and is tried again."""
        DeliveryRow.objects.filter(pk=delivery.id).update(
            attempts=delivery.attempts + 1, trouble=trouble, due_at=due_at, claimed_until=None
        )

    def release(self, delivery: Delivery) -> None:
        """It was not tried after all."""
        DeliveryRow.objects.filter(pk=delivery.id).update(claimed_until=None)

    def in_state(self, state: DeliveryState, *, limit: int) -> Sequence[Delivery]:
        """The latest of those that stand so."""
        rows = DeliveryRow.objects.filter(state=state).select_related("mail__connection").order_by("-id")[:limit]
        return [_delivery(row) for row in rows]

    def count(self, state: DeliveryState, *, since: datetime | None = None, was_tried: bool = False) -> int:
        """How many stand so, of those written since, or tried in vain before."""
        rows = DeliveryRow.objects.filter(state=state)
        rows = rows if since is None else rows.filter(mail__written_at__gte=since)
        return (rows.filter(attempts__gt=0) if was_tried else rows).count()

    def forget_old(self, now: datetime) -> None:
        """Mails of which nobody asks any more."""
        waiting = DeliveryRow.objects.filter(state=DeliveryState.WAITING)
        MailRow.objects.filter(written_at__lt=now - KEPT).exclude(pk__in=waiting.values("mail")).delete()

    def _settle(self, delivery: Delivery, state: DeliveryState, trouble: str, now: datetime) -> None:
        with transaction.atomic():
            row = DeliveryRow.objects.filter(pk=delivery.id).first()
            if row is None:
                return
            row.state, row.trouble, row.settled_at, row.claimed_until = state, trouble, now, None
            row.attempts = delivery.attempts + 1
            row.save()
            if not DeliveryRow.objects.filter(mail=row.mail_id, state=DeliveryState.WAITING).exists():
                MailRow.objects.filter(pk=row.mail_id).update(text="", html="")


def _due(now: datetime) -> "QuerySet[DeliveryRow]":
    """Moments that lie further ahead than they can were told by a clock that was ahead."""
    is_time = Q(due_at__lte=now) | Q(due_at__gt=now + LONGEST_WAIT)
    is_free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_until__gt=now + CLAIM)
    return DeliveryRow.objects.filter(is_time, is_free, state=DeliveryState.WAITING).order_by("id")


def _remember(connection_id: int, remembered: Sequence[Standing]) -> None:
    kept = []
    for each in remembered:
        values = {name: getattr(each, name) for name in _REMEMBERED}
        row, _ = TroubleRow.objects.update_or_create(
            connection_id=connection_id, kind=each.kind, cause=each.cause, defaults=values
        )
        kept.append(row.pk)
    TroubleRow.objects.filter(connection_id=connection_id).exclude(pk__in=kept).delete()


def _put(
    connection_id: int, message: Message, recipients: Sequence[str], new_id: Callable[[], str], now: datetime
) -> None:
    mail = MailRow.objects.create(
        connection_id=connection_id,
        subject=fitted(message.subject, 255),
        text=message.text.replace("\0", ""),
        html=message.html.replace("\0", ""),
        written_at=now,
    )
    DeliveryRow.objects.bulk_create(
        DeliveryRow(
            mail=mail,
            recipient=recipient,
            message_id=new_id(),
            state=DeliveryState.WAITING,
            due_at=now,
        )
        for recipient in recipients
    )


def _standing(row: TroubleRow) -> Standing:
    return Standing(kind=TroubleKind(row.kind), cause=row.cause, **{name: getattr(row, name) for name in _REMEMBERED})


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.pk,
        connection=row.mail.connection.name,
        recipient=row.recipient,
        message=Message(subject=row.mail.subject, text=row.mail.text, html=row.mail.html),
        message_id=row.message_id,
        written_at=row.mail.written_at,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        trouble=row.trouble,
        settled_at=row.settled_at,
    )
