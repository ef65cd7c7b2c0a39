-- Two feeds of one account tell of the same movements of a day: what only the feed believed less
-- has is counted, and said here.
{{ config(severity='warn') }}

select
    own_account,
    booked_on,
    source,
    count(*) as movements,
    sum(amount) as amount
from {{ ref('int_money__movements') }}
where is_only_here
group by own_account, booked_on, source
