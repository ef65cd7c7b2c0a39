"""What of a simulated company's truth about whose money is whose is compared with what."""

from orchestration.comparisons_base import Comparison

# Whether a refund's sum is that of the price says nothing about whose it is, so the two rules that
# differ in it are one there.
_METHOD = "case when amount < 0 and method = 'invoice_sum' then 'invoice' else method end"

MONEY_COMPARISONS = (
    Comparison(
        "payments matched to deals, and by which rule",
        f"""select own_account, booked_on, document_number, amount, deal_id, {_METHOD}
            from truth_payment_matches where method is not null""",  # noqa: S608
        f"""select p.own_account, p.booked_on, p.document_number, a.amount, a.deal_id,
                   {_METHOD.replace("amount", "a.amount").replace("method", "a.method")}
            from marts.fct_payment_allocations as a
            join marts.fct_payments as p using (payment_id)
            where p.own_account in (select own_account from truth_payments)""",  # noqa: S608
    ),
    Comparison(
        "why customers' money is of no deal",
        """select own_account, booked_on, document_number, bucket, sum(amount)
           from truth_customer_money_buckets group by all""",
        """select p.own_account, p.booked_on, p.document_number, m.bucket, sum(m.amount_gross)
           from warehouse.intermediate.int_money__customer_money as m
           join marts.fct_payments as p using (payment_id)
           where p.own_account in (select own_account from truth_payments) group by all""",
    ),
    Comparison(
        "online payments matched to deals",
        """select payment_id, amount, deal_id from truth_online_payments
           where deal_id is not null""",
        """select p.document_number, a.amount, a.deal_id
           from marts.fct_payment_allocations as a
           join marts.fct_payments as p using (payment_id)
           where p.source = 'yookassa'""",
    ),
    Comparison(
        "what the goods of a deal cost",
        "select deal_id, cogs from truth_deals where not is_deleted and cogs is not null",
        """select deal_id, cogs from marts.fct_deals
           where not is_deleted and cogs_method = 'deal'""",
    ),
)
