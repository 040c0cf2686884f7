"""What an operator watches, as Prometheus metrics of one process. No label carries a person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.troubles import Kind, Trouble
from guideline.records import Way
from reminders.verdicts import Accepted, Answer
from storage.budget import Budget
from storage.dispatches import Dispatch
from storage.watching import Queues
from storage.writing import REPLY

# Seconds, close together around the 20 ms that an answer may take.
_BUCKETS: Final = (
    *(0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075),
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0),
)
_LANES: Final = ("conversation", "wave")


class Metrics:
    """One registry for one program: nothing is registered at import time."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._received = self._counter("events_received", "Events stored, by platform", "platform")
        self._handled = self._counter("events_handled", "Events worked through, by result", "result")
        self._delivered = self._counter(
            "dispatches", "Calls to the platforms, by what became of them", "platform", "kind", "state"
        )
        self._answered = Histogram(
            "talentbot_answer_seconds",
            "Seconds from the receipt of an event to the platform's acceptance of an answer to it",
            ["platform"],
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._alerts = self._counter("alerts", "Mails to the operators, by what became of them", "result")
        self._oldest = self._gauge("oldest_waiting_seconds", "Age of the oldest event that waits")
        self._due = self._gauge("oldest_due_seconds", "Age of the oldest message that could go", "platform")
        self._events = self._gauge("events_waiting", "Events that wait to be worked through")
        self._jobs = self._gauge("jobs_waiting", "Slow work that waits")
        self._queued = self._gauge("dispatches_waiting", "Calls that wait to be made", "platform", "kind")
        self._undecided = self._gauge("undecided", "Calls of which nobody knows whether they arrived")
        self._beat = self._gauge("scheduler_silent_seconds", "Seconds since the scheduler last did something")
        self._budget = self._gauge("line_budget_messages", "LINE messages of this month", "state")
        self._troubles = self._gauge("trouble", "1 for each trouble there is now", "kind", "of")

    def received(self, platform: str, count: int) -> None:
        self._received.labels(platform).inc(count)

    def handled(self, done: int, failed: int) -> None:
        self._handled.labels("done").inc(done)
        self._handled.labels("failed").inc(failed)

    def delivered(self, dispatch: Dispatch, answer: Answer, at: datetime) -> None:
        """An answer to a call, which came at real time `at`."""
        kind = _LANES[dispatch.lane]
        self._delivered.labels(dispatch.platform, kind, type(answer).__name__.lower()).inc()
        if isinstance(answer, Accepted) and dispatch.kind == REPLY and dispatch.received_at is not None:
            waited = (at - dispatch.received_at).total_seconds()
            self._answered.labels(dispatch.platform).observe(max(waited, 0.0))

    def alerted(self, result: str) -> None:
        self._alerts.labels(result).inc()

    def stands(
        self,
        real: datetime,
        waiting_since: datetime | None,
        due_since: dict[Way, datetime],
        queues: Queues,
        budget: Budget | None,
        ways: Iterable[Way],
    ) -> None:
        """The gauges of what the tables hold; `ways` are those by which this program sends."""
        self._oldest.set(_age(real, waiting_since))
        self._events.set(queues.events)
        self._jobs.set(queues.jobs)
        self._undecided.set(queues.undecided)
        for way in ways:
            self._due.labels(way).set(_age(real, due_since.get(way)))
            for lane, kind in enumerate(_LANES):
                self._queued.labels(way, kind).set(queues.messages.get((way, lane), 0))
        if budget is not None:
            self._budget.labels("used").set(budget.used)
            if budget.left is not None:
                self._budget.labels("left").set(budget.left)

    def lives(self, scheduler_silent: float, troubles: Iterable[Trouble]) -> None:
        """The gauges of what the program knows by itself; of each kind of trouble there is always one."""
        self._beat.set(scheduler_silent)
        self._troubles.clear()
        for kind in Kind:
            self._troubles.labels(kind, "").set(0)
        for one in troubles:
            self._troubles.labels(one.kind, one.of).set(1)

    def text(self) -> bytes:
        """The exposition format that Prometheus scrapes."""
        return generate_latest(self._registry)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"talentbot_{name}", words, labels, registry=self._registry)

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"talentbot_{name}", words, labels, registry=self._registry)


def _age(real: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max((real - since).total_seconds(), 0.0)
