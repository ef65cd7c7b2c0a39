"""Colours of the charts and of the swatches beside their names, by what they stand for."""

# Told apart by lightness too: in print, and by people who do not tell red from green.
COLOURS = {
    "known": "#1d4e79",
    "unassigned": "#4f9aa8",
    "no_source": "#e5a83b",
    "no_deal": "#b4bcc6",
    "reached": "#b5cde3",
    "visited": "#1d4e79",
    "strict": "#f2bd5b",
    "revenue": "#1d4e79",
    "spend": "#c8642b",
    "closer": "#1d4e79",
    "originator": "#4f9aa8",
    "share_time": "#b5cde3",
    "current": "#c8642b",
    "reason": "#1d4e79",
    "other_reason": "#e5a83b",
    "no_reason": "#b4bcc6",
    "interval": "#b5cde3",
    "middle": "#1d4e79",
    "weighted": "#c8642b",
    # spend, from what has paid to what nothing is known of
    "paid_deals": "#1d4e79",
    "deals_unpaid": "#4f9aa8",
    "deals_payment_unknown": "#4f9aa8",
    "without_deals": "#e5a83b",
    "no_campaign": "#b4bcc6",
    "unknown_cost": "#d5dbe1",
    "surcharge": "#c8642b",
    # customers' money, by what found its deal
    "by_manual": "#12334f",
    "by_deal": "#1d4e79",
    "by_invoice": "#3b74a8",
    "by_inn": "#4f9aa8",
    "by_refund": "#8bc0c9",
    "by_other": "#b5cde3",
    "unallocated_remainder": "#f2bd5b",
    "unallocated_review": "#e5a83b",
    "unallocated_ambiguous": "#c8642b",
    "unallocated_no_candidate": "#b4bcc6",
    "unallocated_manual": "#d5dbe1",
    # money of deals: nothing is wrong, something is
    "clean": "#b5cde3",
    "flagged": "#c8642b",
    # curves
    "line_1": "#1d4e79",
    "line_2": "#c8642b",
    "line_3": "#4f9aa8",
    "line_4": "#8a4b08",
    "line_5": "#7b8794",
    "level": "#1f2933",
}
# Dark words are read on these, white ones on the rest.
LIGHT = frozenset(
    {
        "no_source",
        "no_deal",
        "without_deals",
        "no_campaign",
        "unknown_cost",
        "by_refund",
        "by_other",
    }
    | {f"unallocated_{why}" for why in ("remainder", "review", "no_candidate", "manual")}
)
