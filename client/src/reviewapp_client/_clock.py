"""Time, in one place, so that tests need not wait."""

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """The machine's clock."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the time of day, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
