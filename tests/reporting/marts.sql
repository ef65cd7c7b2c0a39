-- the columns of marts that the report reads
create schema marts; create schema seeds; create schema quality;
create table seeds.channels (
    channel text, title_ru text, title_en text, is_paid boolean, sort bigint
);
create table marts.fct_deals (
    account_id bigint, deal_id bigint, pipeline_id bigint, pipeline_name text, channel text,
    updated_at timestamptz, status text, price decimal(18, 2), currency text default 'RUB',
    is_deleted boolean default false, deal_name text, deal_url text
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
    rule_id text, severity text, owner_role text, entity_type text, entity_id text,
    entity_name text, entity_url text, account_id bigint, deal_id bigint, deal_url text,
    deal_name text, pipeline_id bigint, pipeline_name text, stage_id bigint, stage_name text,
    channel text, responsible_user_id bigint, responsible_name text,
    responsible_then_user_id bigint, responsible_then_name text, money_at_stake decimal(18, 2),
    currency text, evidence text, first_seen_at timestamptz, last_seen_at timestamptz,
    resolved_at timestamptz, reopened_count bigint
);
create table quality.rules (
    rule_id text, severity text, owner_role text, entity_type text, frame text, requirements text,
    title_ru text, fix_ru text, title_en text, fix_en text, is_run boolean, checked bigint,
    failing bigint, money_at_stake decimal(18, 2), ran_at timestamptz
);
create table quality.discipline_scores (
    scored_on date, account_id bigint, dimension text, dimension_key text, dimension_title text,
    deals bigint, flagged_deals bigint, owned_money decimal(18, 2), flagged_money decimal(18, 2),
    score double, currency text
);
create table quality.headline_history (
    told_on date, account_id bigint, metric text, key text, value decimal(18, 2), n bigint,
    currency text
);
create table quality.rpt_four_fields (
    account_id bigint, dimension text, dimension_key text, dimension_title text, deals bigint,
    deals_0 bigint, deals_1 bigint, deals_2 bigint, deals_3 bigint, deals_4 bigint, score double,
    money decimal(18, 2), weighted_score double, currency text
);
create table marts.rpt_stage_dwell (
    account_id bigint, pipeline_id bigint, stage_id bigint, basis text, clock text,
    population text, finished bigint, "open" bigint, left_out bigint, mean_seconds double,
    km_median_seconds bigint, km_p90_seconds bigint
);
create table marts.rpt_manager_credit (
    account_id bigint, user_id bigint, user_name text, month date, currency text,
    closer_price decimal(18, 2), originator_price decimal(18, 2), share_time_price decimal(18, 2),
    current_responsible_price decimal(18, 2), closer_paid decimal(18, 2),
    originator_paid decimal(18, 2), share_time_paid decimal(18, 2),
    current_responsible_paid decimal(18, 2)
);
create table marts.rpt_manager_habits (
    account_id bigint, user_id bigint, user_name text, month date, moves bigint,
    timed_moves bigint, instant_moves bigint, sloppy_moves bigint, mass_moves bigint,
    won_deals bigint, noise_deals bigint
);
create table marts.fct_mass_changes (
    account_id bigint, mass_change_id text, actor_name text, kind text, target_name text,
    origin_stage_names text, changes bigint, deals bigint, price decimal(18, 2),
    started_at timestamp
);
create table marts.fct_stage_sla (
    account_id bigint, deal_id bigint, waiting_on text, is_open boolean, is_breach boolean,
    is_warning boolean, is_deleted boolean, price decimal(18, 2), currency text
);
create table marts.rpt_sla_by_manager (
    account_id bigint, pipeline_id bigint, stage_id bigint, answerable_user_id bigint,
    pipeline_name text, stage_name text, answerable_name text, clock text, limit_seconds bigint,
    entered_month date, judged bigint, breaches bigint, open_breaches bigint, warnings bigint,
    open_breaches_price decimal(18, 2), currency text
);
create table marts.rpt_sla_coverage (
    account_id bigint, pipeline_id bigint, stage_name text, stage_order integer,
    open_deals bigint, has_standard boolean
);
create table marts.rpt_stuck_deals (
    account_id bigint, deal_id bigint, deal_name text, deal_url text, pipeline_name text,
    stage_name text, responsible_name text, reason text, age_seconds bigint, norm_seconds double,
    clock text, waiting_on text, price decimal(18, 2), currency text
);
create table marts.rpt_bucket_stages (
    account_id bigint, pipeline_id bigint, stage_id bigint, pipeline_name text, stage_name text,
    bucket_score double, open_deals bigint, neglected bigint, neglected_price decimal(18, 2),
    currency text
);
create table marts.rpt_loss_reasons (
    account_id bigint, pipeline_id bigint, loss_reason text, is_other boolean, lost_month date,
    deals bigint, price_sum decimal(18, 2), currency text
);
create table marts.rpt_pipeline_lint (
    account_id bigint, pipeline_id bigint, stage_id bigint, rule_id text, severity text,
    pipeline_name text, stage_name text, title text, evidence text, advice text, currency text,
    money_locked decimal(18, 2), stage_order integer, deals_open bigint
);
create table marts.rpt_forecast (
    account_id bigint, currency text, month date, p10_amount decimal(18, 2),
    p50_amount decimal(18, 2), p90_amount decimal(18, 2), weighted_amount decimal(18, 2),
    imputed_share double, backtest_status text, backtest_months bigint, backtest_mape double,
    backtest_coverage double
);
create table marts.rpt_forecast_backtest (
    account_id bigint, currency text, status text, months_ahead integer, month date,
    p10_amount decimal(18, 2), p50_amount decimal(18, 2), p90_amount decimal(18, 2),
    weighted_amount decimal(18, 2), actual_amount decimal(18, 2), paid_by_all_deals decimal(18, 2),
    absolute_percentage_error double, is_within_interval boolean
);
create table marts.rpt_inquiries (
    account_id bigint, month date, direction text, inquiry_class text, inquiries bigint
);
create table marts.rpt_inquiry_sensitivity (
    account_id bigint, month date, leads bigint, leads_at_7_days bigint, leads_at_30_days bigint,
    leads_at_90_days bigint
);
create table marts.rpt_spend_ledger (
    account_id bigint, source text, part text, bucket text, "rows" bigint, amount decimal(18, 2),
    currency text, spend_on date
);
create table marts.rpt_payment_ledger (
    account_id bigint, source text, bucket text, method_group text, "rows" bigint,
    amount decimal(18, 2), currency text, booked_on date
);
create table marts.rpt_payback_by_lead_cohort (
    account_id bigint, dimension text, dimension_key text, dimension_title text, month date,
    leads bigint, new_leads bigint, qualified_leads bigint, new_customers bigint,
    spend decimal(18, 2), revenue decimal(18, 2), net_revenue decimal(18, 2),
    revenue_with_cogs decimal(18, 2), cogs decimal(18, 2), gross_profit decimal(18, 2),
    money_coverage double, lead_coverage double, cogs_coverage double, profit_basis text,
    payback_status text, payback_month bigint, currency text
);
create table marts.rpt_payback_curve (
    account_id bigint, dimension text, dimension_key text, month date, months_since bigint,
    spend decimal(18, 2), cumulative_revenue decimal(18, 2),
    cumulative_gross_profit decimal(18, 2), profit_basis text, payback_status text, currency text
);
create table marts.rpt_attribution (
    account_id bigint, month date, basis text, model text, channel text,
    net_revenue decimal(18, 2), currency text
);
create table marts.rpt_payment_review (
    account_id bigint, payment_id text, bucket text, counterparty_name text, purpose text,
    candidates bigint, open_amount decimal(18, 2), currency text, booked_on date,
    candidate_1_deal_id bigint, candidate_1_method text, candidate_1_evidence text,
    candidate_1_score decimal(3, 2), candidate_2_deal_id bigint, candidate_2_method text,
    candidate_2_evidence text, candidate_2_score decimal(3, 2), candidate_3_deal_id bigint,
    candidate_3_method text, candidate_3_evidence text, candidate_3_score decimal(3, 2)
);
create table marts.rpt_utm_lint (
    account_id bigint, violation text, mark text, raw_value text, resembles text, leads bigint,
    net_paid decimal(18, 2), spend decimal(18, 2), currency text
);
create table marts.rpt_source_loss (
    account_id bigint, pipeline_id bigint, pipeline_name text, created_by text, source_name text,
    deals bigint, lost_deals bigint, lost_from_inquiry bigint, lost_from_click bigint,
    lost_from_visit bigint, unknown_deals bigint, overwritten_deals bigint,
    lost_net_paid decimal(18, 2), currency text
);
