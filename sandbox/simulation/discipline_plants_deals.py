"""Breaches of the rules about deals, planted where a company does not commit them by itself.

Each is named in ``Story.plants``, beside what just misses a bound.
"""

from sandbox.simulation.discipline_plants_cards import plant_cards, plant_lost_sources
from sandbox.simulation.discipline_plants_money import plant_money
from sandbox.simulation.discipline_plants_prices import plant_prices
from sandbox.simulation.discipline_plants_stories import plant_stories

__all__ = ["plant_cards", "plant_lost_sources", "plant_money", "plant_prices", "plant_stories"]
