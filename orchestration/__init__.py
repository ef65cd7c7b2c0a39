"""Dagster's side of the project: order, schedules, checks, alerts, and the command line."""

import os

# Every tool's telemetry is off unless the company says otherwise.
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
