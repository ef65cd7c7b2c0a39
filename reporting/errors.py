"""Failures of the report; each text is one sentence with the next action."""


class ReportError(Exception):
    """Base of every expected failure here; its text may be shown to a person as it is."""


class ReportDataError(ReportError):
    """The marts are absent, or say something the report cannot add up."""
