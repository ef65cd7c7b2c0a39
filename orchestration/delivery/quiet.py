"""When nobody is to be woken."""

from datetime import UTC, datetime, timedelta

from ingestion.delivery_config import moment_of_day
from ingestion.settings import Settings


def quiet_until(settings: Settings, now: datetime) -> datetime | None:
    """The end (UTC) of the quiet hours that ``now`` lies in; None outside of them."""
    hours = settings.delivery.quiet_hours
    if not hours or hours[0] == hours[1]:
        return None
    start, end = (moment_of_day(part) for part in hours)
    local = now.astimezone(settings.zone)
    clock = local.time().replace(tzinfo=None)
    is_inside = start <= clock < end if start < end else clock >= start or clock < end
    if not is_inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, settings.zone).astimezone(UTC)
