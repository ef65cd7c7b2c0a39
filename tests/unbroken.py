"""Rules that a simulated company does not break, and why not.

``sandbox/README.md`` has the first table too. Every other rule has to be broken by the demo company
(``tests/sandbox/test_discipline_truth.py``), and every rule but those of both tables by the smaller
ones that whole runs are tested with.
"""

NEVER = {
    "deal_deleted_after_win": "the basket was filled before anybody read the CRM",
    "fragmented_pipeline": "would take hundreds of deals of a kind of their own",
    "many_pipelines": "it has four pipelines",
    "mixed_origins": "its stages have one or two before them",
    "parked_stage": "hardly anybody is in its last stages, and nobody comes back to the first",
    "pipelines_near_limit": "it has four pipelines",
    "stages_near_limit": "it has ten stages in a pipeline",
}
# What takes more deals, or more months, than a few hundred in a season.
RARE = {
    "dead_stage": "thirty deals that came as far",
    "deal_duplicate": "a handful in three thousand deals",
    "deal_source_overwritten": "a handful in three thousand deals",
    "first_stage_hoarder": "ten deals won by one manager",
    "inquiry_deal_late": "call tracking",
    "lost_with_payment": "a handful in three thousand deals",
    "paid_not_won": "a handful in three thousand deals",
    "payment_before_deal": "a handful in three thousand deals",
    "payment_dates_defaulted": "ten deals won by one manager",
    "payment_unclear": "firms with several deals",
    "price_cut_before_win": "a handful in three thousand deals",
    "price_changed_after_win": "a handful in three thousand deals",
    "sale_source_lost": "a handful in three thousand deals",
    "silent_entry_point": "three records on a day",
    "spend_without_leads": "campaigns nobody can come by, which spend files have",
    "stuck_waiting_client": "a handful in three thousand deals",
    "wide_dwell": "thirty deals that were fitted",
    "won_overpaid": "a handful in three thousand deals",
    "won_underpaid": "a handful in three thousand deals",
}


def unbroken(*tables: dict[str, str]) -> set[str]:
    """The scoreboard's subjects of the rules of these tables."""
    return {f"defect {rule}" for table in tables for rule in table}
