"""What a kitchen cost to make, as managers note it on the cards of won deals."""

from decimal import Decimal

from sandbox.model import FieldValue
from sandbox.simulation import structure as ids
from sandbox.simulation.world import World

NOTED = 0.8  # of the won deals
LEAST, MOST = 55, 70  # percent of what the kitchen costs the customer


def write_costs(world: World) -> None:
    """Fill the field of the cost of goods; it is a number, so it has kopecks only at times."""
    rng = world.stream("costs")
    for story in world.stories:
        if story.status != "won" or story.lead is None or rng.random() >= NOTED:
            continue
        cost = story.worth * rng.randint(LEAST * 100, MOST * 100) / 10_000
        places = Decimal("0.01") if rng.random() < 0.15 else Decimal(1)
        story.cogs = cost.quantize(places).quantize(Decimal("0.01"))
        number = int(story.cogs) if story.cogs == int(story.cogs) else float(story.cogs)
        story.lead.custom_fields.append(FieldValue(ids.COGS, [{"value": str(number)}]))
