"""A mail server for tests, and an installation that sends to it."""

from collections.abc import Iterator

import pytest

from feedback.config import Settings
from tests.feedback.messages.smtp_sink import SinkController, SmtpSink


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """A mail server that takes everything until it is told otherwise."""
    sink = SmtpSink()
    controller = SinkController(sink)
    controller.start()
    sink.port = controller.port
    yield sink
    controller.stop()


@pytest.fixture
def mailing(settings: Settings, sink: SmtpSink) -> Settings:
    """Settings that send to the sink."""
    return settings.model_copy(update={"smtp_url": sink.url, "base_url": "https://feedback.example"})
