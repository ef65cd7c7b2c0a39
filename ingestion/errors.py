"""Errors that a person reads: one sentence that names the thing, the bound and the next action."""


class SkvozError(Exception):
    """Base of every expected failure; its text is shown as it is, without a stack trace.

    ``retryable`` says whether the same call may succeed later without a person's help.
    """

    retryable = False
    exit_code = 1


class ConfigError(SkvozError):
    """The company's configuration is missing, malformed or contradicts itself."""


class MissingSecretError(ConfigError):
    """A secret that a switched-on source needs is not set anywhere."""


class AuthError(SkvozError):
    """The service knows us not: wrong, expired or revoked credentials, or too few rights."""


class AccessBannedError(SkvozError):
    """The service refuses every call (amoCRM after repeated abuse); a person must lift it."""


class RequestRejectedError(SkvozError):
    """The service understood the request and says it is wrong; repeating it will not help."""


class ServiceUnavailableError(SkvozError):
    """The service did not answer, or answered with its own failure, after all retries."""

    retryable = True


class SourceFormatError(SkvozError):
    """An answer or a file does not have the documented shape."""
