"""Failures of the checks themselves, never of the data they look at; each text is one sentence."""


class ExpectationsError(Exception):
    """Base of every failure here; its text may be shown to a person as it is."""


class RuleDefinitionError(ExpectationsError):
    """A rule or a suite is written wrong: unknown severity, repeated id, missing wording."""


class RuleCrashedError(ExpectationsError):
    """A rule could not be evaluated, so nothing is known of the data it guards."""


class FindingsError(ExpectationsError):
    """Outcomes cannot be recorded as they are."""
