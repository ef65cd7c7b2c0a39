"""Who may ask the local amoCRM, how often, and what a refusal looks like."""

from collections.abc import Iterator

import pytest
import requests

from sandbox.faults import Faults
from sandbox.running import Services, serve
from tests.sandbox.servers_client import get, ids, refresh
from tests.sandbox.small import small_company


@pytest.fixture
def services() -> Iterator[Services]:
    with serve(small_company(), Faults(rate_limit_per_second=None)) as running:
        yield running


def test_an_unknown_token_is_refused_as_a_problem(services: Services) -> None:
    response = get(services, "account", token="nobody")
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["title"] == "Unauthorized"
    assert response.json()["type"] == "https://httpstatus.es/401"


def test_a_refresh_token_works_once_and_rotates(services: Services) -> None:
    first = refresh(services, services.refresh_token).json()
    assert first["token_type"] == "Bearer"
    assert first["expires_in"] == 86_400
    assert get(services, "account", token=first["access_token"]).status_code == 200

    again = refresh(services, services.refresh_token)
    assert again.status_code == 401
    assert again.json()["hint"] == "Token has been revoked"
    assert again.json()["type"].endswith("OAuthProblemJson")
    assert refresh(services, first["refresh_token"]).status_code == 200


def test_a_wrong_client_is_refused_without_a_hint_and_spends_nothing(services: Services) -> None:
    refused = refresh(services, services.refresh_token, client_secret="wrong")
    assert refused.status_code == 401
    assert "hint" not in refused.json()
    assert refresh(services, services.refresh_token).status_code == 200


def test_a_malformed_exchange_is_a_bad_request(services: Services) -> None:
    assert refresh(services, services.refresh_token, grant_type="password").status_code == 400
    url = f"{services.amocrm_url}/oauth2/access_token"
    assert requests.post(url, data="{", timeout=10).status_code == 400


def test_the_exchange_accepts_a_form(services: Services) -> None:
    form = {
        "client_id": services.client_id,
        "client_secret": services.client_secret,
        "grant_type": "refresh_token",
        "refresh_token": services.refresh_token,
    }
    url = f"{services.amocrm_url}/oauth2/access_token"
    assert requests.post(url, data=form, timeout=10).status_code == 200


def test_expired_tokens_stop_and_a_new_one_works(services: Services) -> None:
    first = refresh(services, services.refresh_token).json()
    services.faults.expire_access_token()
    assert get(services, "account", token=first["access_token"]).status_code == 401
    assert get(services, "account").status_code == 401
    second = refresh(services, first["refresh_token"]).json()
    assert get(services, "account", token=second["access_token"]).status_code == 200


def test_an_access_token_lives_as_long_as_it_says(services: Services) -> None:
    services.faults.access_token_ttl = 0
    issued = refresh(services, services.refresh_token).json()
    assert issued["expires_in"] == 0
    assert get(services, "account", token=issued["access_token"]).status_code == 401


def test_the_eighth_request_of_a_second_is_throttled(services: Services) -> None:
    services.faults.rate_limit_per_second = 7
    answers = [get(services, "leads?limit=1") for _ in range(12)]
    assert [a.status_code for a in answers[:7]] == [200] * 7
    refused = [a for a in answers if a.status_code == 429]
    assert refused
    assert "retry-after" not in refused[0].headers
    assert refused[0].headers["content-type"] == "application/problem+json"


def test_retry_after_is_said_when_switched_on(services: Services) -> None:
    services.faults.rate_limit_per_second, services.faults.retry_after = 1, True
    get(services, "leads?limit=1")
    assert get(services, "leads?limit=1").headers["retry-after"] == "1"


def test_many_refusals_end_in_a_ban_of_everything_until_it_is_lifted(services: Services) -> None:
    faults = services.faults
    faults.rate_limit_per_second, faults.ban_after_429s = 1, 3
    statuses = [get(services, "leads?limit=1").status_code for _ in range(5)]
    assert statuses == [200, 429, 429, 429, 403]
    banned = refresh(services, services.refresh_token)
    assert banned.status_code == 403
    assert banned.headers["content-type"].startswith("text/html")
    assert "<html>" in banned.text

    faults.banned, faults.rate_limit_per_second = False, None
    assert get(services, "leads?limit=1").status_code == 200
    assert refresh(services, services.refresh_token).status_code == 200


def test_an_unpaid_account_answers_402(services: Services) -> None:
    services.faults.unpaid = True
    response = get(services, "leads")
    assert (response.status_code, response.json()["status"]) == (402, 402)


@pytest.mark.parametrize("status", [403, 502, 504])
def test_a_planned_proxy_failure_is_html_and_passes(services: Services, status: int) -> None:
    services.faults.fail_next("/api/v4/leads", status)
    assert get(services, "users").status_code == 200
    failed = get(services, "leads")
    assert failed.status_code == status
    assert failed.headers["content-type"].startswith("text/html")
    assert get(services, "leads").status_code == 200


def test_planned_failures_come_in_order(services: Services) -> None:
    services.faults.fail_next("/api/v4/leads", 429, 204, 500)
    assert [get(services, "leads").status_code for _ in range(4)] == [429, 204, 500, 200]


def test_a_dropped_connection_breaks_the_body_only_once(services: Services) -> None:
    services.faults.fail_next("/api/v4/events", "drop")
    with pytest.raises(requests.exceptions.RequestException):
        get(services, "events")
    assert get(services, "events").status_code == 200
    assert services.amocrm.log[-1].status == 200


def test_latency_is_added(services: Services) -> None:
    services.faults.latency_seconds = 0.2
    assert get(services, "account").elapsed.total_seconds() >= 0.2


def test_a_wrong_path_is_a_problem_that_names_it(services: Services) -> None:
    response = get(services, "nothing")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"].startswith("Cannot GET /api/v4/nothing")


def test_users_may_be_closed_to_an_ordinary_token(services: Services) -> None:
    services.faults.users_forbidden = True
    assert get(services, "users").status_code == 403
    assert ids(services, "leads")
