"""Which won deals are kept badly on purpose, and everything that is bad by definition."""

from random import Random
from typing import Any

from sandbox.simulation.world import ZERO, Story, World

RULES = ("deal_no_source", "won_no_price", "won_no_payment_date")


def how_many(world: World, rng: Random, eligible: int) -> int:
    """8 to 25 for three thousand deals, more for more, never over a third of what can carry it."""
    scale = max(1, world.company.spec.deals // 3000)
    return min(rng.randint(8, 25) * scale, eligible // 3)


def plant_bad_cards(world: World) -> None:
    """Empty the price, or both traces of payment, of some won deals.

    Imported and deleted deals get their share, so that a reader who looks only at events, or who
    looks into the basket, is caught.
    """
    rng = world.stream("defects")
    for rule in ("won_no_price", "won_no_payment_date"):
        won = [s for s in world.stories if s.status == "won" and s.is_live]
        for story in rng.sample(won, how_many(world, rng, len(won))):
            story.plants.add(rule)
    for story in world.stories:
        in_basket = story.is_deleted and story.status == "won"  # bad, but nobody's finding
        if "won_no_price" in story.plants or in_basket:
            wiped = story.kind == "ordinary" and story.price > 0 and rng.random() < 0.5
            end = max(story.steps[-1].at, story.prices[-1][0])
            # wiped after the sale, or never filled in
            story.prices = [*story.prices, (end, ZERO)] if wiped else [(story.added_at, ZERO)]


def list_defects(stories: list[Story]) -> list[dict[str, Any]]:
    """Rows of the truth table ``defects``: by definition, planted or not."""
    rows = []
    for story in stories:
        if not story.is_live:
            continue
        is_won = story.status == "won"
        broken = (
            story.needs_source and story.recorded.channel == "unknown",
            is_won and story.price == 0,
            is_won and story.paid == 0 and story.crm_paid_on is None,
        )
        for rule, is_broken in zip(RULES, broken, strict=True):
            if is_broken:
                rows.append(
                    {
                        "rule_id": rule,
                        "entity_type": "deal",
                        "entity_id": str(story.lead_id),
                        "deal_id": story.lead_id,
                    }
                )
    return rows
