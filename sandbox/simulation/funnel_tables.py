"""Columns of the truth about the funnel."""

import pyarrow as pa

_INT, _TEXT, _FLAG, _REAL = pa.int64(), pa.string(), pa.bool_(), pa.float64()
_MOMENT = pa.timestamp("us", tz="UTC")

# Columns and types; ``sandbox/README.md`` says what they mean.
TABLES: dict[str, dict[str, pa.DataType]] = {
    "funnel_stays": {
        "deal_id": _INT, "visit_number": _INT, "pipeline_id": _INT, "stage_id": _INT,
        "entered_by_user_id": _INT, "direction": _TEXT, "skipped_stages": _INT, "repair": _TEXT,
        "is_mass_change": _FLAG, "is_click_through": _FLAG, "is_sloppy": _FLAG,
        "entered_at": _MOMENT, "left_at": _MOMENT,
    },
    "funnel_history": {"class": _TEXT, "deal_id": _INT, "happened_at": _MOMENT},
    "funnel_mass_changes": {
        "kind": _TEXT, "actor_user_id": _INT, "target_pipeline_id": _INT, "target_id": _INT,
        "deals": _INT, "changes": _INT, "is_mixed": _FLAG, "started_at": _MOMENT,
        "ended_at": _MOMENT,
    },
    "funnel_mass_change_deals": {
        "kind": _TEXT, "deal_id": _INT, "change_number": _INT, "started_at": _MOMENT,
        "changed_at": _MOMENT,
    },
    "funnel_click_through": {
        "deal_id": _INT, "first_visit_number": _INT, "moves": _INT, "seconds": _INT,
    },
    "funnel_skips": {
        "deal_id": _INT, "visit_number": _INT, "skipped_stages": _INT, "class": _TEXT,
        "evidence": _TEXT,
    },
    "funnel_holders": {
        "deal_id": _INT, "interval_number": _INT, "user_id": _INT, "starts_at": _MOMENT,
        "ends_at": _MOMENT,
    },
    "funnel_credits": {
        "deal_id": _INT, "user_id": _INT, "is_closer": _FLAG, "is_originator": _FLAG,
        "share_of_time": _REAL, "share_of_stages": _REAL,
    },
    "funnel_chains": {
        "deal_id": _INT, "parent_deal_id": _INT, "root_deal_id": _INT, "mechanism": _TEXT,
    },
    "funnel_departments": {
        "deal_id": _INT, "pipeline_id": _INT, "outcome": _TEXT, "outcome_at": _MOMENT,
        "credited_user_id": _INT,
    },
    "funnel_inquiry_classes": {
        "system": _TEXT, "record_id": _TEXT, "deal_id": _INT, "kind": _TEXT, "direction": _TEXT,
        "inquiry_class": _TEXT,
        "is_first_hand": _FLAG, "occurred_at": _MOMENT,
    },
    "funnel_sla": {
        "deal_id": _INT, "visit_number": _INT, "limit_seconds": _INT, "running_seconds": _INT,
        "waiting_on": _TEXT, "is_breach": _FLAG, "is_warning": _FLAG,
    },
    "funnel_postponements": {
        "task_id": _INT, "deal_id": _INT, "postponements": _INT, "delay_seconds": _INT,
    },
    "funnel_lint": {"rule_id": _TEXT, "pipeline_id": _INT, "stage_id": _INT},
    "funnel_losses": {
        "deal_id": _INT, "pipeline_id": _INT, "stage_id": _INT, "loss_reason_id": _INT,
        "loss_reason": _TEXT, "is_other": _FLAG, "responsible_user_id": _INT, "lost_at": _MOMENT,
    },
}  # fmt: skip
