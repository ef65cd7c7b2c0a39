"""Truth tables: what is true of the company, from the stories and not from the CRM's rows."""

from typing import Any

from sandbox.simulation.advertising import LOGIN
from sandbox.simulation.clock import utc
from sandbox.simulation.defects import list_defects
from sandbox.simulation.world import Story, World

Rows = list[dict[str, Any]]


def tell_truth(world: World, books: dict[str, Rows]) -> dict[str, Rows]:
    """Rows by table, the bank's among them; columns are described in ``sandbox/README.md``."""
    stories = [story for story in world.stories if story.kind != "purged"]
    return {
        "deals": [_deal(story) for story in stories],
        "stage_visits": [row for story in stories for row in _visits(story)],
        **books,
        "spend": [
            {
                "login": LOGIN, "campaign_id": day.campaign_id, "spend_on": day.day,
                "impressions": day.impressions, "clicks": day.clicks, "cost_gross": day.cost,
            }
            for day in world.company.spend
        ],
        "defects": list_defects(stories),
    }  # fmt: skip


def _deal(story: Story) -> dict[str, Any]:
    last, recorded = story.steps[-1], story.recorded
    return {
        "deal_id": story.lead_id,
        "pipeline_id": last.pipeline_id,
        "status": story.status,
        "created_at": utc(story.created_at),
        # the last closing that still holds, whatever the card of a reopened deal says
        "closed_at": None if story.status == "open" else utc(last.at),
        "price": story.price,
        "is_deleted": story.is_deleted,
        "true_source": story.origin.code,
        "true_channel": story.origin.channel,
        "recorded_utm_source": recorded.source,
        "recorded_utm_medium": recorded.medium,
        "recorded_utm_campaign": recorded.campaign,
        "recorded_channel": recorded.channel,
        "recorded_rule": recorded.rule,
        "paid_amount": story.paid,
        "refunded_amount": story.refunded,
        "first_paid_on": min((r.day for r in story.receipts if r.amount > 0), default=None),
        "cogs": story.cogs,
        "responsible_user_id": story.responsibles[-1][1],
    }


def _visits(story: Story) -> Rows:
    ends = [utc(step.at) for step in story.steps[1:]]
    # a backdated deal waited in its first stage since the customer came, card or no card
    starts = [utc(story.created_at), *ends]
    return [
        {
            "deal_id": story.lead_id,
            "visit_number": n,
            "pipeline_id": step.pipeline_id,
            "stage_id": step.status_id,
            "entered_at": entered_at,
            "left_at": left_at,
            "is_observable": story.is_observable,
        }
        for n, (step, entered_at, left_at) in enumerate(
            zip(story.steps, starts, [*ends, None], strict=True), 1
        )
    ]
