"""Where customers come from, how their links are tagged, and what that says to a careful reader."""

from dataclasses import dataclass

# CRM source names that integrations write, and the channel each one means.
SOURCE_NAMES = {
    "Телефония": "calls",
    "Звонок на городской номер": "calls",
    "WhatsApp": "messengers",
    "Telegram-чат": "messengers",
    "Авито": "boards",
    "Партнёр: бюро «Линия»": "partner",
    "Партнёр: СтройГрад": "partner",
    "Офис": "offline",
    "Офлайн": "offline",
}


@dataclass(frozen=True)
class Origin:
    """One way to come to the company.

    ``sources`` and ``mediums`` are spellings met in links; ``source`` and ``medium`` are what they
    all mean; ``recorded_channel`` is the channel they prove. ``names`` are CRM source names.
    """

    code: str
    channel: str
    weight: float
    win: float
    sources: tuple[str, ...] = ()
    source: str | None = None
    mediums: tuple[str, ...] = ()
    medium: str | None = None
    recorded_channel: str = "unknown"
    campaigns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def _tagged(
    code: str, channel: str, weight: float, win: float, *,
    sources: tuple[str, ...], mediums: tuple[str, ...], campaigns: tuple[str, ...] = (),
    names: tuple[str, ...] = (), recorded_channel: str | None = None,
) -> Origin:  # fmt: skip
    """An origin whose first spelling of source and medium is the canonical one."""
    return Origin(
        code, channel, weight, win, sources, sources[0], mediums, mediums[0],
        recorded_channel or channel, campaigns, names,
    )  # fmt: skip


YANDEX_DIRECT = _tagged(
    "yandex_direct", "paid_search", 27, 0.22,
    sources=("yandex", "yandex-direct", "ya", "Яндекс", "YANDEX", "yandex_direct", "direct"),
    mediums=("cpc", "CPC", "ppc"), names=("Телефония", "WhatsApp"),
)  # fmt: skip

ORIGINS = (
    YANDEX_DIRECT,
    _tagged("google_organic", "organic_search", 7, 0.24, sources=("google", "Google"),
            mediums=("organic",), names=("Телефония",)),
    _tagged("yandex_organic", "organic_search", 11, 0.25, sources=("yandex", "Яндекс"),
            mediums=("organic",), names=("Телефония",)),
    _tagged("vk_ads", "paid_social", 9, 0.13, sources=("vk", "vk_ads", "VK", "vkontakte"),
            mediums=("cpc", "CPC"), campaigns=("lookalike_msk", "99218340", "Кухни_лид-форма")),
    _tagged("vk_retargeting", "paid_social", 2, 0.18, sources=("vk", "vk-ads"),
            mediums=("paid_social",), campaigns=("retarget_30d",)),
    _tagged("vk_community", "organic_social", 4, 0.2, sources=("vk", "vk.com"),
            mediums=("social",), campaigns=("post", "stories")),
    _tagged("telegram_channel", "organic_social", 4, 0.24, sources=("telegram", "tg", "t.me"),
            mediums=("social",), campaigns=("kuhni_channel",)),
    _tagged("telegram_ads", "paid_social", 2, 0.12, sources=("telegram", "telegram_ads"),
            mediums=("cpc",), campaigns=("tg_test_1",)),
    _tagged("avito", "boards", 7, 0.16, sources=("avito", "avito-ads", "Avito"),
            mediums=("cpc", "CPC"), campaigns=("avito_xl",), names=("Авито",)),
    _tagged("2gis", "boards", 2, 0.2, sources=("2gis", "2ГИС"), mediums=("card",)),
    _tagged("newsletter", "email", 3, 0.28, sources=("unisender", "Unisender"),
            mediums=("email", "Email"), campaigns=("digest_03", "akciya_leto")),
    _tagged("inmyroom", "referral", 3, 0.22, sources=("inmyroom.ru",), mediums=("referral",)),
    _tagged("leaflet", "offline", 1, 0.18, sources=("buklet", "Buklet"), mediums=("listovka",),
            campaigns=("expo_2026",), recorded_channel="unassigned"),
    Origin("phone", "calls", 8, 0.25, names=("Телефония", "Звонок на городской номер")),
    Origin("messenger", "messengers", 6, 0.2, names=("WhatsApp", "Telegram-чат")),
    Origin("partner", "partner", 4, 0.38,
           names=("Партнёр: бюро «Линия»", "Партнёр: СтройГрад")),
    Origin("walk_in", "offline", 5, 0.35, names=("Офис", "Офлайн")),
    # Comes by a bookmark; the CRM can know of such a visit only that the phone rang.
    Origin("direct_visit", "direct", 4, 0.24, names=("Телефония",)),
)  # fmt: skip
