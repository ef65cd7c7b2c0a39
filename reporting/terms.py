"""Codes of the marts in words."""

from reporting.i18n import Wording


def terms(wording: Wording) -> dict[str, dict[str, str]]:
    """By kind of code."""
    _ = wording.gettext
    return {
        "waiting_on": {
            "client": _("the client"),
            "manager": _("us: the client has written last"),
            "unknown": _("unclear: no contact"),
        },
        "stuck": {
            "over_limit": _("longer than its standard"),
            "over_p90": _("longer than nine in ten deals here"),
            "no_next_step": _("no task ahead"),
        },
        "mass": {
            "stage": _("moved to a stage"),
            "responsible": _("handed to another"),
        },
        "inquiry": {
            "new": _("For the first time"),
            "new_after_window": _("Came back after a long time"),
            "repeat_within_window": _("Came back soon after a closed deal"),
            "repeat_open": _("Wrote again about an open deal"),
            "configured": _("as the company has it"),
            "7": _("if “soon” were 7 days"),
            "30": _("if “soon” were 30 days"),
            "90": _("if “soon” were 90 days"),
        },
        "severity": {
            "warning": _("It harms the figures"),
            "advice": _("Worth thinking about"),
        },
    }
