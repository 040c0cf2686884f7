"""What an operator watches, as Prometheus counters of one process. No label carries a person."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """One registry for one program: nothing is registered at import time."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._received = Counter(
            "talentbot_events_received", "Events stored, by platform", ["platform"], registry=self._registry
        )
        self._handled = Counter(
            "talentbot_events_handled",
            "Events worked through, by result",
            ["result"],
            registry=self._registry,
        )
        self._delivered = Counter(
            "talentbot_dispatches",
            "Calls to the platforms, by what became of them",
            ["platform", "state"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "talentbot_answer_seconds",
            "Seconds from freezing a message to the platform's answer",
            ["platform"],
            registry=self._registry,
            buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60),
        )
        self._oldest = Gauge(
            "talentbot_oldest_waiting_seconds", "Age of the oldest waiting event", registry=self._registry
        )

    def received(self, platform: str, count: int) -> None:
        self._received.labels(platform).inc(count)

    def handled(self, done: int, failed: int) -> None:
        self._handled.labels("done").inc(done)
        self._handled.labels("failed").inc(failed)

    def delivered(self, platform: str, state: str, seconds: float) -> None:
        self._delivered.labels(platform, state).inc()
        self._seconds.labels(platform).observe(seconds)

    def oldest_waiting(self, seconds: float) -> None:
        self._oldest.set(seconds)

    def text(self) -> bytes:
        """The exposition format that Prometheus scrapes."""
        return generate_latest(self._registry)
