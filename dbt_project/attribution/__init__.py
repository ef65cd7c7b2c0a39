"""What channels do in paths of touches: removal effects and Shapley values, with intervals.

Pure functions over counted path types; they know nothing of dbt, of a warehouse or of money. The
model ``int_attribution__data_driven`` runs them on a company's paths.
"""

from attribution.effects import MODELS, Effect, estimate
from attribution.markov import RemovalEffects
from attribution.paths import PathTypes
from attribution.shapley import ShapleyValues

__all__ = ["MODELS", "Effect", "PathTypes", "RemovalEffects", "ShapleyValues", "estimate"]
