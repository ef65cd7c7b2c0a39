-- the columns of marts that the report reads
create schema marts; create schema seeds; create schema quality;
create table seeds.channels (
    channel text, title_ru text, title_en text, is_paid boolean, sort bigint
);
create table marts.fct_deals (
    account_id bigint, deal_id bigint, pipeline_id bigint, pipeline_name text, channel text,
    updated_at timestamptz
);
create table marts.fct_payments (
    account_id bigint, payment_id text, booked_on date, payment_class text,
    amount decimal(18, 2), currency text,
    amount_net decimal(18, 2) as (cast(amount / 1.22 as decimal(18, 2))),
    source text as ('bank_1c')
);
create table marts.fct_payment_allocations (
    account_id bigint, payment_id text, deal_id bigint, amount decimal(18, 2)
);
create table marts.fct_spend (
    account_id bigint, cabinet text, campaign_id text, spend_on date, cost_gross decimal(18, 2),
    is_provisional boolean, cost_net decimal(18, 2) as (cast(cost_gross / 1.22 as decimal(18, 2))),
    surcharge decimal(18, 2) as (cast(0 as decimal(18, 2))),
    currency text as ('RUB'), source text as ('yandex_direct')
);
create table marts.rpt_leads_by_source (
    account_id bigint, created_on date, channel text, utm_source text, leads bigint, won bigint,
    lost bigint, "open" bigint
);
create table marts.rpt_stage_conversion (
    account_id bigint, pipeline_id bigint, pipeline_name text, stage_id bigint, stage_name text,
    stage_order integer,
    cohort_month date, "view" text, entered bigint, advanced bigint, lost_here bigint,
    still_here bigint
);
create table marts.rpt_revenue_by_channel (
    account_id bigint, month date, channel text, basis text, leads bigint, won bigint,
    paying_deals bigint, revenue decimal(18, 2), refunds decimal(18, 2),
    net_revenue decimal(18, 2), spend decimal(18, 2), currency text
);
create table quality.findings (
    rule_id text, severity text, entity_type text, entity_id text, account_id bigint,
    deal_id bigint, deal_url text, deal_name text, pipeline_id bigint, pipeline_name text,
    stage_name text, responsible_user_id bigint, responsible_name text,
    responsible_then_user_id bigint, money_at_stake decimal(18, 2), currency text, evidence text,
    first_seen_at timestamptz, last_seen_at timestamptz, resolved_at timestamptz,
    reopened_count bigint
);
