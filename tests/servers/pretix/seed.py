"""What is in a pretix that is made for tests; run in its own `pretix shell`. It writes the API token to a file.

Conference: 2 tickets and a shirt, 55 tickets more, and what does not count: a ticket that was taken back, orders that
are pending, cancelled or of the test mode. A series with two dates, an event to come, a draft, and one in test mode.
"""

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django_scopes import scopes_disabled
from pretix.base.models import Checkin, CheckinList, Event, Item, Order, OrderPosition, Organizer, SubEvent, Team
from pretix.base.models.organizer import TeamAPIToken


def day(month: int, number: int, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(2026, month, number, hour, minute, tzinfo=UTC)


class Seed:
    def __init__(self) -> None:
        self.talks = Organizer.objects.create(slug="talks", name="Talks")
        team = Team.objects.create(organizer=self.talks, name="read", all_events=True)
        team.limit_event_permissions = {"event.orders:read": True}
        team.save()
        self.token = TeamAPIToken.objects.create(team=team, name="okr").token
        self.channel = self.talks.sales_channels.get(identifier="web")

    def event(self, slug: str, at: datetime, live: bool = True, **more: bool) -> tuple[Any, Any, Any]:
        event = Event.objects.create(
            organizer=self.talks, name=slug, slug=slug, date_from=at, currency="EUR", live=live, **more
        )
        ticket, shirt = (
            Item.objects.create(event=event, name=name, default_price=Decimal(0), admission=admission)
            for name, admission in (("Ticket", True), ("Shirt", False))
        )
        return event, ticket, shirt

    def order(self, event: Any, code: str, at: datetime, *items: Any, **more: Any) -> list[Any]:
        date, ended = more.pop("date", None), more.pop("ended", ())
        fixed = {"event": event, "code": code, "datetime": at, "expires": at + timedelta(days=9), "total": 0}
        told = {"status": "p", "locale": "en", "email": "a@example.com", "sales_channel": self.channel, **more}
        order = Order.objects.create(**fixed, **told)
        return [
            OrderPosition.objects.create(
                order=order, item=item, price=0, positionid=number, subevent=date, canceled=number in ended
            )
            for number, item in enumerate(items, 1)
        ]

    def fill(self) -> None:
        conference, ticket, shirt = self.event("conference", day(9, 15, 16, 30))
        first, *_ = self.order(conference, "AAAAA", day(9, 1), ticket, ticket, shirt, ticket, ended=(4,))
        self.order(conference, "BBBBB", day(9, 2), ticket, status="n")
        self.order(conference, "CCCCC", day(9, 3), ticket, status="c")
        self.order(conference, "DDDDD", day(9, 4), ticket, testmode=True)
        for number in range(55):
            self.order(conference, f"F{number:04d}", day(9, 10, 8, number), ticket)
        door = CheckinList.objects.create(event=conference, name="Door", all_products=True)
        Checkin.objects.create(position=first, list=door, type="entry", datetime=day(9, 15, 16))
        meetup, seat, _ = self.event("meetup", day(1, 1), has_subevents=True)
        june, _ = (
            SubEvent.objects.create(event=meetup, name="Meetup", active=True, date_from=day(month, 9, 16))
            for month in (6, 7)
        )
        self.order(meetup, "MMMMM", day(6, 1), seat, date=june)
        self.event("later", day(12, 31))
        self.event("draft", day(5, 1), live=False)
        self.event("trial", day(5, 2), testmode=True)


with scopes_disabled():
    seed = Seed()
    seed.fill()
    Path(os.environ["OKR_TOKEN_FILE"]).write_text(seed.token)
